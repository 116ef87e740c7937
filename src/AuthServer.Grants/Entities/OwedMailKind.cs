namespace AuthServer.Grants.Entities;

/// <summary>What an <see cref="OwedMail"/> says.</summary>
public enum OwedMailKind
{
    /// <summary>A link that proves the address of an account.</summary>
    ConfirmEmail,

    /// <summary>A link that proves another address, and makes it the account's.</summary>
    ChangeEmail,

    /// <summary>To the address before: the account has another now.</summary>
    EmailChanged,

    /// <summary>A link at which a new password is chosen.</summary>
    ResetPassword,
}
