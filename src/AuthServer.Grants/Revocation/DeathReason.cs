namespace AuthServer.Grants.Revocation;

/// <summary>Why something is not alive: the highest ancestor that says so.</summary>
public enum DeathReason
{
    /// <summary>There is no such row: pruned, or never issued here.</summary>
    Unknown,

    /// <summary>Issued before a backup was put back.</summary>
    OtherInstallation,

    UserGone,
    UserDisabled,

    /// <summary>Issued before everything of the user was withdrawn.</summary>
    UserEpoch,

    ClientGone,
    ClientDisabled,

    /// <summary>Issued before everything of the client was withdrawn.</summary>
    ClientEpoch,

    SessionGone,
    SessionRevoked,
    SessionExpired,
    GrantGone,
    GrantRevoked,
    FamilyRevoked,
    FamilyExpired,
    AccessTokenRevoked,
}
