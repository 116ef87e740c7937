using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using AuthServer.Grants;
using AuthServer.Grants.Entities;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace AuthServer.Authorize;

/// <summary>Keeps pushed authorization requests until a browser brings their <c>request_uri</c>, once (RFC 9126 §2.2, §4).</summary>
internal sealed class PushedRequests(AuthServerDbContext db, Writes writes, IOptions<AuthServerOptions> options, TimeProvider time)
{
    private const string Prefix = "urn:ietf:params:oauth:request_uri:";
    private const int ReferenceLength = 32;

    /// <summary>Whether it is of the form of ours; another is a request object's address (RFC 9101 §5.2).</summary>
    public static bool IsReference(string? requestUri) => requestUri?.StartsWith(Prefix, StringComparison.Ordinal) is true;

    /// <summary>Keeps a request that was found right.</summary>
    public async Task<PushedResponse> KeepAsync(
        Guid clientId, IReadOnlyDictionary<string, string> parameters, CancellationToken cancellationToken)
    {
        var lifetime = options.Value.Lifetimes.PushedRequest;
        var reference = RandomNumberGenerator.GetBytes(ReferenceLength);
        var request = new PushedRequest
        {
            ReferenceHash = SHA256.HashData(reference),
            ClientId = clientId,
            Parameters = JsonSerializer.Serialize(parameters),
            ExpiresAt = time.GetUtcNow().UtcDateTime + lifetime,
        };
        await writes.RunAsync(
            (unit, token) =>
            {
                unit.PushedRequests.Add(request);
                return unit.SaveChangesAsync(token);
            },
            cancellationToken);
        return new PushedResponse(Prefix + Base64Url.EncodeToString(reference), (int)lifetime.TotalSeconds);
    }

    /// <summary>Uses up the request; null where it is unknown, expired, used before, or not this client's, whose own it then stays.</summary>
    public async Task<IReadOnlyDictionary<string, string>?> TakeAsync(string requestUri, string clientId, CancellationToken cancellationToken)
    {
        var text = requestUri[Prefix.Length..];
        if (text.Length > ReferenceLength * 2 || !Base64Url.IsValid(text))
        {
            return null;
        }

        var (hash, now) = (SHA256.HashData(Base64Url.DecodeFromChars(text)), time.GetUtcNow().UtcDateTime);
        var found = await Waiting(db, hash, clientId, now).AsNoTracking().FirstOrDefaultAsync(cancellationToken);

        // Who deletes the row has it: of several browsers that bring it, one.
        return found is not null && await writes.RunAsync(
            (unit, token) => Waiting(unit, hash, clientId, now).ExecuteDeleteAsync(token), cancellationToken) == 1
            ? JsonSerializer.Deserialize<Dictionary<string, string>>(found.Parameters)
            : null;
    }

    private static IQueryable<PushedRequest> Waiting(AuthServerDbContext db, byte[] hash, string clientId, DateTime now) => db.PushedRequests.Where(r =>
        r.ReferenceHash == hash && r.ExpiresAt > now && db.Clients.Any(c => c.Id == r.ClientId && c.ClientId == clientId && !c.Disabled));
}
