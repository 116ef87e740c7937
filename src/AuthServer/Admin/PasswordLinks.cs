using System.Buffers.Text;
using System.Text;
using AuthServer.Grants.Entities;
using AuthServer.Mail;
using AuthServer.Protocol;
using Microsoft.AspNetCore.Identity;

namespace AuthServer.Admin;

/// <summary>Mails a user the link at which they choose a password of their own.</summary>
internal sealed class PasswordLinks(UserManager<User> users, Mailer mailer, Issuer issuer)
{
    /// <exception cref="MailException">The mail server has not taken it.</exception>
    public async Task SendAsync(Guid userId, CancellationToken cancellationToken)
    {
        if (await users.FindByIdAsync($"{userId}") is { Email: { } email } user)
        {
            var code = Base64Url.EncodeToString(Encoding.UTF8.GetBytes(await users.GeneratePasswordResetTokenAsync(user)));
            await mailer.SendAsync(
                email,
                "Choose your password",
                $"Hello,\n\nan account was made ready for you. Choose a password for it here:\n\n{issuer.Value}/Identity/Account/ResetPassword?code={code}\n\nThe link is good for a day. If you did not expect this mail, do nothing.\n",
                cancellationToken);
        }
    }
}
