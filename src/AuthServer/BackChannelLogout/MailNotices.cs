using System.Globalization;
using AuthServer.Grants;
using AuthServer.Grants.Entities;
using AuthServer.Grants.Revocation;
using AuthServer.Mail;
using AuthServer.Protocol;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.BackChannelLogout;

/// <summary>Tells a person by mail what was withdrawn, and why.</summary>
internal sealed class MailNotices(IDbContextFactory<AuthServerDbContext> contexts, Mailer mailer, Issuer issuer)
{
    public async Task<DeliveryOutcome> SendAsync(Delivery delivery, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        var entry = await db.Revocations.AsNoTracking().FirstOrDefaultAsync(r => r.Id == delivery.RevocationId, cancellationToken);
        var user = await db.Users.AsNoTracking().FirstOrDefaultAsync(u => u.Id == delivery.UserId, cancellationToken);
        if (entry is null || user is not { Email: { Length: > 0 } address })
        {
            return new DeliveryOutcome.Failed(
                entry is null ? "The ledger has no line of it any more." : user is null ? "The user is no longer there." : "The user has no e-mail address.");
        }

        var client = await db.Clients.Where(c => c.Id == entry.ClientId).Select(c => c.ClientName ?? c.ClientId).FirstOrDefaultAsync(cancellationToken);
        var (subject, what) = Words(entry.Cause, client is null ? "An application" : $"The application \"{OneLine(client)}\"");
        try
        {
            await mailer.SendAsync(address, subject, Text(what, entry.At), cancellationToken);
            return new DeliveryOutcome.Acknowledged();
        }
        catch (MailException fault)
        {
            return fault.IsPermanent ? new DeliveryOutcome.Failed(fault.Message) : new DeliveryOutcome.Again(fault.Message);
        }
    }

    private static (string Subject, string What) Words(RevocationCause cause, string client) => cause switch
    {
        RevocationCause.CodeReplay or RevocationCause.RefreshTokenReplay => (
            "Access to your account was ended for your safety",
            $"{client} used a token that had been used before. Somebody may have copied it, so we have ended its access to your account."
            + " If you use it, sign in there again."),
        _ => ("Access to your account was ended", $"{client} has lost its access to your account."),
    };

    private string Text(string what, DateTime at) =>
        $"""
        Hello,

        {what}

        When: {at.ToString("d MMMM yyyy, HH:mm", CultureInfo.InvariantCulture)} UTC

        Your account, and who has access to it: {issuer.At("/Identity/Account/Manage")}
        If something there is not yours, change your password.

        This mail was sent by {issuer.Value}. It asks for nothing: never answer with a password.
        """;

    private static string OneLine(string text) => string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c));
}
