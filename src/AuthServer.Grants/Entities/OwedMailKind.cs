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

    /// <summary>To whoever wants an account: a link at which it is made; who has one already is told so.</summary>
    Register,

    /// <summary>A link at which somebody whom an operator made an account for chooses their password.</summary>
    ChoosePassword,
}
