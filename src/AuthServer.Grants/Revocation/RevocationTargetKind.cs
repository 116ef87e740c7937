namespace AuthServer.Grants.Revocation;

/// <summary>What kind of row fell.</summary>
public enum RevocationTargetKind
{
    AccessToken,
    Family,
    Session,
    Grant,
    User,
    Client,
    SigningKey,
    Installation,
}
