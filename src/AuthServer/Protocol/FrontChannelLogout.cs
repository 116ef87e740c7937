using AuthServer.Grants;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.EntityFrameworkCore;
using Microsoft.IdentityModel.JsonWebTokens;

namespace AuthServer.Protocol;

/// <summary>Tells clients of a session, through the browser, that it has ended (OpenID Connect Front-Channel Logout 1.0 §3).</summary>
internal sealed class FrontChannelLogout(AuthServerDbContext db, Continuations continuations, Issuer issuer, TimeProvider time)
{
    /// <summary>The page that loads a frame for each client.</summary>
    public const string Path = "/signed-out";

    /// <summary>Where the browser goes when the session has ended; null: no client of it is told that way. To be asked before it is ended.</summary>
    /// <param name="sid">The session.</param>
    /// <param name="returnUri">Where the browser goes in the end, a registered address; null: it stays.</param>
    /// <param name="cancellationToken">Ends the question.</param>
    public async Task<string?> PageAsync(Guid sid, string? returnUri, CancellationToken cancellationToken)
    {
        if ((await FramesAsync(sid, cancellationToken)).Count == 0)
        {
            return null;
        }

        var ended = new Continuation(
            ContinuationKind.SignedOut, new Dictionary<string, string>(StringComparer.Ordinal), time.GetUtcNow().UtcDateTime, returnUri, EndedSid: sid);
        return QueryHelpers.AddQueryString(Path, Continuations.Parameter, continuations.Seal(ended));
    }

    /// <summary>What is loaded for every client of the session, whatever has become of its tokens.</summary>
    public async Task<IReadOnlyList<string>> FramesAsync(Guid sid, CancellationToken cancellationToken)
    {
        var clients = await db.Clients
            .Where(c => c.FrontchannelLogoutUri != null && !c.Disabled && db.TokenFamilies.Any(f => f.SessionId == sid && f.ClientId == c.Id))
            .OrderBy(c => c.ClientId)
            .Select(c => new { Uri = c.FrontchannelLogoutUri!, c.FrontchannelLogoutSessionRequired })
            .ToListAsync(cancellationToken);
        return [.. clients.Select(client => client.FrontchannelLogoutSessionRequired ? WithSession(client.Uri, sid) : client.Uri)];
    }

    // §3: iss and sid, or neither. Its own query is kept.
    private string WithSession(string uri, Guid sid) => QueryHelpers.AddQueryString(
        uri,
        new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            [JwtRegisteredClaimNames.Iss] = issuer.Value,
            [JwtRegisteredClaimNames.Sid] = sid.ToString(),
        });
}
