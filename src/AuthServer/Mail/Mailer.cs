using System.Net;
using System.Net.Mail;
using System.Text;
using Microsoft.Extensions.Options;

namespace AuthServer.Mail;

/// <summary>Hands one mail to the SMTP server (RFC 6409). It keeps nothing: who must not lose a mail writes down first that it is owed.</summary>
internal sealed class Mailer(IOptionsMonitor<MailOptions> options, Mailbox mailbox, TimeProvider time)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    /// <summary>Whether a mail goes anywhere: to a server, or in Development into the mailbox.</summary>
    public bool IsReady => mailbox.IsOpen || !string.IsNullOrEmpty(options.CurrentValue.Host);

    /// <exception cref="MailException">The server has not taken it.</exception>
    public async Task SendAsync(string address, string subject, string text, CancellationToken cancellationToken)
    {
        var mail = options.CurrentValue;
        if (string.IsNullOrEmpty(mail.Host))
        {
            if (mailbox.IsOpen)
            {
                mailbox.Keep(new KeptMail(time.GetUtcNow().UtcDateTime, address, subject, text));
                return;
            }

            throw new MailException($"{MailOptions.Section}:{nameof(MailOptions.Host)} is not configured.") { IsPermanent = true };
        }

        using var limit = new CancellationTokenSource(Limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            using var message = Message(mail.From!, address, subject, text);
            using var client = new SmtpClient(mail.Host, mail.Port) { EnableSsl = mail.StartTls };
            if (!string.IsNullOrEmpty(mail.UserName))
            {
                client.Credentials = new NetworkCredential(mail.UserName, mail.Password);
            }

            // The client heeds the token only while it sends, not while it connects.
            await client.SendMailAsync(message, either.Token).WaitAsync(either.Token);
        }
        catch (OperationCanceledException fault) when (!cancellationToken.IsCancellationRequested)
        {
            throw new MailException($"The mail server did not answer within {Limit.TotalSeconds:0} seconds.", fault);
        }
        catch (SmtpException fault)
        {
            // RFC 5321 §4.2.1: 5yz, "the exact same sequence of commands" will not work. Its text names the address.
            var code = (int)fault.StatusCode;
            throw new MailException(code > 0 ? $"The mail server answered {code}." : "No connection to the mail server.", fault)
            {
                IsPermanent = code is >= 500 and < 600,
            };
        }
        catch (FormatException fault)
        {
            throw new MailException("The address is none that mail can be sent to.", fault) { IsPermanent = true };
        }
    }

    private static MailMessage Message(string from, string to, string subject, string text) => new(from, to)
    {
        Subject = subject,
        SubjectEncoding = Encoding.UTF8,
        Body = text,
        BodyEncoding = Encoding.UTF8,
    };
}
