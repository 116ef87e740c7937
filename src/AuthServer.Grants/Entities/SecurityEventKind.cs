namespace AuthServer.Grants.Entities;

/// <summary>What a <see cref="SecurityEvent"/> tells.</summary>
public enum SecurityEventKind
{
    /// <summary>Somebody proved to be the user.</summary>
    SignedIn,

    /// <summary>Somebody tried, with a wrong password or code.</summary>
    SignInFailed,

    /// <summary>There were so many wrong tries that nobody may try for a while.</summary>
    SignInPaused,

    /// <summary>A recovery code stood in for the authenticator app.</summary>
    RecoveryCodeUsed,

    /// <summary>The e-mail address was proved.</summary>
    EmailConfirmed,

    /// <summary>Another e-mail address, proved already.</summary>
    EmailChanged,

    /// <summary>From now on a sign-in asks for a code.</summary>
    SecondFactorEnabled,

    /// <summary>New recovery codes; the old ones are good for nothing.</summary>
    RecoveryCodesMade,
}
