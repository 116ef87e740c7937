namespace AuthServer.Grants.Revocation;

/// <summary>Why authority was withdrawn. The table in docs/cascade.md has a row for each.</summary>
public enum RevocationCause
{
    /// <summary>The client asked for it at the revocation endpoint (RFC 7009 §2.1).</summary>
    ClientRequest,

    /// <summary>An authorization code came a second time (RFC 6749 §4.1.2).</summary>
    CodeReplay,

    /// <summary>A refresh token that had been rotated away came again (RFC 9700 §4.14.2).</summary>
    RefreshTokenReplay,

    /// <summary>The user signed out here.</summary>
    SignOut,

    /// <summary>A client sent the user to the end session endpoint (OpenID Connect RP-Initiated Logout 1.0).</summary>
    EndSession,

    /// <summary>Somebody else signed in, in the same browser.</summary>
    SignInAsAnother,

    /// <summary>The user, or an operator, took back what a client was allowed.</summary>
    GrantRemoved,

    /// <summary>An operator disabled the user.</summary>
    UserDisabled,

    /// <summary>An operator disabled the client.</summary>
    ClientDisabled,
}
