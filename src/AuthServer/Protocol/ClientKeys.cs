using System.Collections.Concurrent;
using System.Net;
using System.Text;
using AuthServer.Grants.Entities;
using AuthServer.Outbound;
using Microsoft.IdentityModel.Tokens;

namespace AuthServer.Protocol;

/// <summary>
/// The keys a client is registered with: in its row, or behind its <c>jwks_uri</c>. What was fetched is remembered for this process, for one
/// client row and one address; where it cannot be fetched again it is soon forgotten, so that a key that was taken out stays out.
/// </summary>
internal sealed partial class ClientKeys(OutboundHttp http, TimeProvider time, ILogger<ClientKeys> logger)
{
    private const int MaxRemembered = 1_000;

    private static readonly TimeSpan Fresh = TimeSpan.FromMinutes(5);

    // Not longer: who stole a key may keep its owner's host from answering.
    private static readonly TimeSpan WithoutAnswer = TimeSpan.FromMinutes(15);

    // Anybody can name a kid that nobody has: this is how often that is worth a call.
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(30);

    private static readonly Fetched Nothing = new([], DateTime.MinValue);

    private readonly ConcurrentDictionary<(Guid ClientId, string Uri), Attempt> _attempts = new();

    /// <summary>The one key a JWT with this <c>kid</c> and <c>alg</c> may be signed with; null: there is none, or it is not clear which.</summary>
    public async Task<JsonWebKey?> FindAsync(Client client, string? kid, string alg, CancellationToken cancellationToken) =>
        client.Jwks is { } jwks ? Choose(PublicKeys.Read(jwks), kid, alg)
        : client.JwksUri is { } uri ? await FindAsync((client.Id, uri), kid, alg, cancellationToken)
        : null;

    private async Task<JsonWebKey?> FindAsync((Guid ClientId, string Uri) place, string? kid, string alg, CancellationToken cancellationToken)
    {
        while (true)
        {
            var attempt = _attempts.GetValueOrDefault(place);
            var held = attempt is null ? Nothing : await attempt.Outcome.Value.WaitAsync(cancellationToken);
            var key = Choose(held.Keys, kid, alg);
            var now = time.GetUtcNow().UtcDateTime;
            if (attempt is not null && (now < attempt.At + Pause || (key is not null && now < held.At + Fresh)))
            {
                return now < held.At + WithoutAnswer ? key : null;
            }

            // Whoever is first fetches; everybody waits for that one.
            var next = new Attempt(now, new Lazy<Task<Fetched>>(() => FetchAsync(place, held, now)));
            if (attempt is not null)
            {
                _attempts.TryUpdate(place, next, attempt);
                continue;
            }

            if (_attempts.Count >= MaxRemembered)
            {
                _attempts.Clear();
            }

            _attempts.TryAdd(place, next);
        }
    }

    // Without a kid only where there is no choice (OpenID Connect Core §10.1).
    private static JsonWebKey? Choose(IReadOnlyList<JsonWebKey> keys, string? kid, string alg) =>
        keys.Where(key => PublicKeys.Fits(key, alg) && (string.IsNullOrEmpty(kid) || key.Kid == kid)).Take(2).ToList() is [var only] ? only : null;

    /// <summary>What is there now; what was there before where there is no answer. Not ended with the request that began it: others wait too.</summary>
    private async Task<Fetched> FetchAsync((Guid ClientId, string Uri) place, Fetched before, DateTime now)
    {
        string problem;
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, place.Uri);
            request.Headers.Accept.ParseAdd("application/jwk-set+json, application/json");
            var answer = await http.SendAsync(request, PublicKeys.MaxSetLength, CancellationToken.None);
            var jwks = Encoding.UTF8.GetString(answer.Body.Span);
            if (answer is { Status: HttpStatusCode.OK, IsWhole: true } && PublicKeys.Problem(jwks) is null)
            {
                return new Fetched(PublicKeys.Read(jwks), now);
            }

            problem = answer.Status != HttpStatusCode.OK ? $"It answered {(int)answer.Status}."
                : !answer.IsWhole ? "It is too long."
                : $"What it answered {PublicKeys.Problem(jwks)}.";
        }
        catch (OutboundException fault)
        {
            problem = fault.Message;
        }

        LogNotFetched(logger, place.ClientId, problem);
        return before;
    }

    [LoggerMessage(1111, LogLevel.Warning, "The jwks_uri of client {Client} gave no keys: {Problem}")]
    private static partial void LogNotFetched(ILogger logger, Guid client, string problem);

    private sealed record Fetched(IReadOnlyList<JsonWebKey> Keys, DateTime At);

    private sealed record Attempt(DateTime At, Lazy<Task<Fetched>> Outcome);
}
