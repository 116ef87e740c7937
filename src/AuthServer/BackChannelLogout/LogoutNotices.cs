using System.Net;
using System.Text.Json;
using AuthServer.Grants;
using AuthServer.Grants.Entities;
using AuthServer.Outbound;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.BackChannelLogout;

/// <summary>Posts a logout token to a relying party (OpenID Connect Back-Channel Logout 1.0 §2.5) and reads its answer (§2.8).</summary>
internal sealed class LogoutNotices(IDbContextFactory<AuthServerDbContext> contexts, LogoutTokens tokens, OutboundHttp http)
{
    private const int MaxAnswer = 4 * 1024;
    private const int MaxErrorCode = 60;

    public async Task<DeliveryOutcome> SendAsync(Delivery delivery, CancellationToken cancellationToken)
    {
        // As it is registered now, not as it was when the session ended.
        if (await FindAsync(delivery.ClientId, cancellationToken) is not { } client)
        {
            return new DeliveryOutcome.Failed("The client is no longer registered.");
        }

        if (!Uri.TryCreate(client.BackchannelLogoutUri, UriKind.Absolute, out var uri))
        {
            return new DeliveryOutcome.Failed("The client has no backchannel_logout_uri any more.");
        }

        if (client.BackchannelLogoutSessionRequired && delivery.SessionId is null)
        {
            return new DeliveryOutcome.Failed("The client requires a sid, and no session carried this.");
        }

        using var request = new HttpRequestMessage(HttpMethod.Post, uri)
        {
            Content = new FormUrlEncodedContent([KeyValuePair.Create("logout_token", tokens.For(client, delivery))]),
        };
        try
        {
            return Outcome(await http.SendAsync(request, MaxAnswer, cancellationToken));
        }
        catch (OutboundException fault)
        {
            return new DeliveryOutcome.Again(fault.Message);
        }
    }

    private async Task<Client?> FindAsync(Guid? clientId, CancellationToken cancellationToken)
    {
        await using var db = await contexts.CreateDbContextAsync(cancellationToken);
        return await db.Clients.AsNoTracking().FirstOrDefaultAsync(c => c.Id == clientId, cancellationToken);
    }

    // §2.8: 200, and some frameworks make a 204 of it; 400 says that the token was not accepted, and the next one will be no better.
    private static DeliveryOutcome Outcome(OutboundAnswer answer) => answer.Status switch
    {
        HttpStatusCode.OK or HttpStatusCode.NoContent => new DeliveryOutcome.Acknowledged(),
        HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests => new DeliveryOutcome.Again(Words(answer)),
        >= HttpStatusCode.BadRequest and < HttpStatusCode.InternalServerError => new DeliveryOutcome.Failed(Words(answer)),
        >= HttpStatusCode.MultipleChoices and < HttpStatusCode.BadRequest => new DeliveryOutcome.Again($"{Words(answer)} Redirects are not followed."),
        _ => new DeliveryOutcome.Again(Words(answer)),
    };

    private static string Words(OutboundAnswer answer) =>
        $"The client answered {(int)answer.Status}{(ErrorCode(answer) is { } error ? $" {error}" : "")}.";

    // §2.8 and RFC 6749 §5.2: an error code is a word. Nothing else of what it says is kept.
    private static string? ErrorCode(OutboundAnswer answer)
    {
        try
        {
            using var json = JsonDocument.Parse(answer.Body);
            return json.RootElement.ValueKind == JsonValueKind.Object
                && json.RootElement.TryGetProperty("error", out var error) && error.ValueKind == JsonValueKind.String
                && error.GetString() is { Length: > 0 and <= MaxErrorCode } code && code.All(c => char.IsAsciiLetterOrDigit(c) || c == '_')
                ? code
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
