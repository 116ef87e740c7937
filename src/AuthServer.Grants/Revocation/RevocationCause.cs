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

    /// <summary>The user, or an operator, signed out one device.</summary>
    DeviceSignOut,

    /// <summary>The session reached its idle or its absolute end.</summary>
    SessionExpired,

    /// <summary>The user signed out everywhere.</summary>
    SignOutEverywhere,

    /// <summary>The user changed their password.</summary>
    PasswordChanged,

    /// <summary>The password was reset, by mail or by an operator.</summary>
    PasswordReset,

    /// <summary>The second factor was reset or switched off.</summary>
    SecondFactorReset,

    /// <summary>The user, or an operator, took back what a client was allowed.</summary>
    GrantRemoved,

    /// <summary>The user removed a device, or an operator ended any one authorization: a family.</summary>
    FamilyRemoved,

    /// <summary>An operator took back all that a client holds, and let the client go on.</summary>
    ClientTokensRemoved,

    /// <summary>An operator disabled the user.</summary>
    UserDisabled,

    /// <summary>The user deleted their account, or an operator did.</summary>
    UserDeleted,

    /// <summary>An operator disabled the client.</summary>
    ClientDisabled,

    /// <summary>An operator deleted the client.</summary>
    ClientDeleted,

    /// <summary>An operator reported the client's secret leaked.</summary>
    SecretLeaked,

    /// <summary>An operator withdrew a signing key, because somebody else may have it.</summary>
    SigningKeyWithdrawn,

    /// <summary>A backup was put back.</summary>
    Restored,

    /// <summary>A scope was taken from a client, or from what a user allows it.</summary>
    ScopeRemoved,
}
