namespace AuthServer.Grants.Entities;

/// <summary>What is counted by the hour.</summary>
public enum TallyKind
{
    /// <summary>Answers of the token endpoint with tokens.</summary>
    Issued,

    /// <summary>Answers of the token endpoint with an error.</summary>
    Refused,
}
