namespace AuthServer.Grants.Revocation;

/// <summary>Who can withdraw authority.</summary>
public enum RevocationActorKind
{
    /// <summary>The user whose authority it is.</summary>
    User,

    /// <summary>The client that holds it.</summary>
    Client,

    /// <summary>Somebody with the role <c>admin</c>.</summary>
    Operator,

    /// <summary>The server itself, because of what it saw.</summary>
    Server,
}
