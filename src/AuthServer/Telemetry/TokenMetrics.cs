using System.Diagnostics.Metrics;
using AuthServer.Grants.Revocation;
using AuthServer.Protocol;

namespace AuthServer.Telemetry;

/// <summary>What the token endpoint answers: <c>authserver.tokens.issued</c> by grant type, <c>authserver.tokens.refused</c> by error.</summary>
internal sealed class TokenMetrics
{
    // A name that a caller makes up is no tag: there would be as many series as callers like.
    private const string Other = "other";

    private static readonly HashSet<string> GrantTypes = new(StringComparer.Ordinal)
    {
        "authorization_code", "refresh_token", "client_credentials", "urn:ietf:params:oauth:grant-type:device_code",
    };

    public TokenMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(RevocationMetrics.Meter);
        Issued = meter.CreateCounter<long>("authserver.tokens.issued", "{answer}", "Answers of the token endpoint with tokens.");
        Refused = meter.CreateCounter<long>("authserver.tokens.refused", "{answer}", "Answers of the token endpoint with an error.");
    }

    public Counter<long> Issued { get; }

    public Counter<long> Refused { get; }

    public void Answered(HttpContext context, object? answer)
    {
        if (answer is OAuthError refusal)
        {
            Refused.Add(1, new KeyValuePair<string, object?>("error", refusal.Error));
        }
        else
        {
            var grantType = context.Features.Get<MeasuredRequest>()?.GrantType ?? Other;
            Issued.Add(1, new KeyValuePair<string, object?>("grant_type", GrantTypes.Contains(grantType) ? grantType : Other));
        }
    }
}
