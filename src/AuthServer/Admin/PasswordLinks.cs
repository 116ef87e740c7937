using AuthServer.Grants;
using AuthServer.Grants.Entities;
using AuthServer.Mail;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Admin;

/// <summary>Owes a user the mail with a link at which they choose a password of their own.</summary>
internal sealed class PasswordLinks(AuthServerDbContext db, OwedMails mails, Mailer mailer)
{
    /// <summary>Why there will be no mail; null: it is on its way.</summary>
    public async Task<string?> OweAsync(Guid userId, CancellationToken cancellationToken)
    {
        if (!mailer.IsReady)
        {
            return $"No mail server is configured ({MailOptions.Section}:{nameof(MailOptions.Host)}).";
        }

        if (await db.Users.Where(u => u.Id == userId && !u.Disabled).Select(u => u.Email).FirstOrDefaultAsync(cancellationToken) is not { Length: > 0 } email)
        {
            return "The user is disabled, or has no e-mail address.";
        }

        await mails.OweAsync(OwedMailKind.ChoosePassword, userId, email, cancellationToken);
        return null;
    }
}
