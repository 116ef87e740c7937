namespace AuthServer.Grants.Entities;

/// <summary>What an import file holds.</summary>
public enum ImportedKind
{
    Scope,
    Client,
    User,
}
