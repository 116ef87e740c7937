using System.Diagnostics;
using AuthServer.Grants.Entities;
using AuthServer.Grants.Revocation;

namespace AuthServer.Account;

/// <summary>What happened, as one says it to the person concerned.</summary>
internal static class HistoryWords
{
    public static string Of(SecurityEventKind kind) => kind switch
    {
        SecurityEventKind.SignedIn => "Signed in",
        SecurityEventKind.SignInFailed => "Sign-in failed: wrong password or code",
        SecurityEventKind.SignInPaused => "Sign-in was paused after too many wrong tries",
        SecurityEventKind.RecoveryCodeUsed => "A recovery code was used",
        SecurityEventKind.EmailConfirmed => "The e-mail address was confirmed",
        SecurityEventKind.EmailChanged => "The e-mail address was changed",
        SecurityEventKind.SecondFactorEnabled => "Two-step sign-in was switched on",
        SecurityEventKind.RecoveryCodesMade => "New recovery codes were made",
        _ => throw new UnreachableException(),
    };

    /// <summary>Why something was withdrawn; <paramref name="client"/> is the client's name, where one is concerned.</summary>
    public static string Of(RevocationCause cause, RevocationActorKind actor, string? client)
    {
        var app = client ?? "An app";
        return cause switch
        {
            RevocationCause.ClientRequest => $"{app} gave its access back",
            RevocationCause.CodeReplay or RevocationCause.RefreshTokenReplay => $"{app} used a token twice; it may have been copied, so the access was ended",
            RevocationCause.SignOut or RevocationCause.EndSession => "Signed out",
            RevocationCause.SignInAsAnother => "Signed out, because somebody else signed in in the same browser",
            RevocationCause.DeviceSignOut => actor == RevocationActorKind.Operator ? "An operator signed one device out" : "One device was signed out",
            RevocationCause.SessionExpired => "A sign-in came to its end by time",
            RevocationCause.SignOutEverywhere => actor == RevocationActorKind.Operator ? "An operator signed you out everywhere" : "Signed out everywhere, or everywhere else",
            RevocationCause.PasswordChanged => "The password was changed; every other sign-in ended",
            RevocationCause.PasswordReset => actor == RevocationActorKind.Operator
                ? "An operator set a new password; every sign-in ended" : "The password was reset; every sign-in ended",
            RevocationCause.SecondFactorReset => actor == RevocationActorKind.Operator
                ? "An operator switched two-step sign-in off; every sign-in ended" : "Two-step sign-in was reset or switched off; every other sign-in ended",
            RevocationCause.GrantRemoved => $"{app} lost all its access{By(actor)}",
            RevocationCause.FamilyRemoved => $"{app} lost its access on one device{By(actor)}",
            RevocationCause.ScopeRemoved => $"A permission was taken from {client ?? "an app"}{By(actor)}",
            RevocationCause.UserDisabled => "An operator disabled the account",
            RevocationCause.UserDeleted => "The account was deleted",
            RevocationCause.ClientTokensRemoved or RevocationCause.ClientDisabled or RevocationCause.ClientDeleted => $"An operator withdrew everything {client ?? "an app"} held",
            RevocationCause.SecretLeaked => $"The secret of {client ?? "an app"} leaked; everything it held was withdrawn",
            RevocationCause.SigningKeyWithdrawn => "A signing key was withdrawn; every token it signed is refused",
            RevocationCause.Restored => "The server was restored from a backup; every sign-in ended",
            _ => throw new UnreachableException(),
        };
    }

    private static string By(RevocationActorKind actor) => actor == RevocationActorKind.Operator ? ", by an operator" : "";
}
