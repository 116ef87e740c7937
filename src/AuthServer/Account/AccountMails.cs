using System.Diagnostics;
using System.Text;
using AuthServer.Grants.Entities;
using AuthServer.Mail;
using AuthServer.Protocol;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.WebUtilities;

namespace AuthServer.Account;

/// <summary>Writes the mails that are owed, link and all, and hands them over. What nobody has the address for is done, too.</summary>
internal sealed partial class AccountMails(
    OwedMails owed, IServiceScopeFactory scopes, Registrations registrations, Mailer mailer, Issuer issuer, ILogger<AccountMails> logger)
{
    /// <summary>Sends what is due now.</summary>
    public async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        while (await owed.LeaseAsync(cancellationToken) is { } mail)
        {
            if (await TrySendAsync(mail, cancellationToken) is not { } fault)
            {
                await owed.DoneAsync(mail, CancellationToken.None);
                continue;
            }

            var again = !fault.IsPermanent && await owed.AgainAsync(mail, CancellationToken.None);
            if (fault.IsPermanent)
            {
                await owed.DoneAsync(mail, CancellationToken.None);
            }

            LogNotTaken(logger, mail.Kind, mail.Attempts, again ? "It is tried again." : "It was given up.", fault.Message);
        }
    }

    /// <summary>Null: it is on its way. Whatever else is thrown has the same fate as a refusal: it must not keep the others waiting.</summary>
    private async Task<MailException?> TrySendAsync(OwedMail mail, CancellationToken cancellationToken)
    {
        if (owed.IsOverdue(mail))
        {
            return new MailException("Nobody could send it in time.") { IsPermanent = true };
        }

        try
        {
            await SendAsync(mail, cancellationToken);
            return null;
        }
        catch (MailException refused)
        {
            return refused;
        }
        catch (Exception fault) when (fault is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            // Its message may hold the address.
            return new MailException($"{fault.GetType()}{Environment.NewLine}{fault.StackTrace}", fault);
        }
    }

    private async Task SendAsync(OwedMail mail, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<User>>();
        var user = mail.UserId is { } id ? await users.FindByIdAsync($"{id}") : await users.FindByEmailAsync(mail.Address);
        if (user is not { Disabled: false })
        {
            await (user is null && mail.Kind == OwedMailKind.Register ? InviteAsync(mail.Address, cancellationToken) : Task.CompletedTask);
            return;
        }

        var (subject, text) = mail.Kind switch
        {
            OwedMailKind.ConfirmEmail => (
                "Confirm your e-mail address",
                $"please confirm that this is the address of your account:\n\n{Link("ConfirmEmail", user.Id, await users.GenerateEmailConfirmationTokenAsync(user))}"),
            OwedMailKind.ChangeEmail => (
                "Confirm your new e-mail address",
                "please confirm that this is the new address of your account. From then on you sign in with it:\n\n"
                + $"{Link("ConfirmEmail", user.Id, await users.GenerateChangeEmailTokenAsync(user, mail.Address))}&email={Uri.EscapeDataString(mail.Address)}"),
            OwedMailKind.EmailChanged => (
                "Your e-mail address was changed",
                "your account has another e-mail address now, and this one is no longer used. Was it not you? Then tell whoever runs this server at once."),
            OwedMailKind.ResetPassword => (
                "Set a new password",
                $"somebody, perhaps you, asked for a new password for your account. Set it here:\n\n{Link("ResetPassword", id: null, await users.GeneratePasswordResetTokenAsync(user))}\n\n"
                + "Was it not you? Then do nothing; your password stays as it is."),
            OwedMailKind.ChoosePassword => (
                "Choose your password",
                $"an account was made ready for you. Choose a password for it here:\n\n{Link("ResetPassword", id: null, await users.GeneratePasswordResetTokenAsync(user))}\n\n"
                + "If you did not expect this mail, do nothing."),
            OwedMailKind.Register => (
                "You have an account already",
                "somebody, perhaps you, wanted to make an account with this address. There is one, and nothing was changed. Sign in here:\n\n"
                + $"{issuer.At("/Identity/Account/Login")}\n\nIf you do not know the password any more, set a new one here:\n\n{issuer.At("/Identity/Account/ForgotPassword")}\n\n"
                + "Was it not you? Then do nothing; whoever it was learnt nothing."),
            _ => throw new UnreachableException(),
        };
        await mailer.SendAsync(mail.Address, subject, Text(text, mail.Kind is not (OwedMailKind.EmailChanged or OwedMailKind.Register)), cancellationToken);
    }

    private Task InviteAsync(string address, CancellationToken cancellationToken) => mailer.SendAsync(
        address,
        "Create your account",
        Text(
            "somebody, perhaps you, wants an account with this address. Choose a name and a password for it here:\n\n"
            + $"{issuer.At($"/Identity/Account/NewAccount?link={registrations.Seal(address)}")}\n\nWas it not you? Then do nothing, and there will be no account.",
            link: true),
        cancellationToken);

    private string Link(string page, Guid? id, string token) =>
        issuer.At($"/Identity/Account/{page}?{(id is null ? "" : $"user={id}&")}code={WebEncoders.Base64UrlEncode(Encoding.UTF8.GetBytes(token))}");

    private string Text(string text, bool link) =>
        $"""
        Hello,

        {text}

        {(link ? "The link is good for a day. " : "")}This mail was sent by {issuer.Value}. Never answer it with a password.
        """;

    [LoggerMessage(2102, LogLevel.Warning, "A mail ({Kind}) was not taken at attempt {Attempt}. {What} {Words}")]
    private static partial void LogNotTaken(ILogger logger, OwedMailKind kind, int attempt, string what, string words);
}
