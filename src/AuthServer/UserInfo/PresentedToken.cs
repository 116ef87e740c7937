using AuthServer.Protocol;

namespace AuthServer.UserInfo;

/// <summary>An access token as it was presented: in the header, by the scheme <c>Bearer</c> (RFC 6750 §2.1) or <c>DPoP</c> (RFC 9449 §7.1), or in a form (RFC 6750 §2.2).</summary>
/// <param name="Token">Secret.</param>
/// <param name="Scheme">How, in the words of <c>token_type</c>.</param>
internal sealed record PresentedToken(string Token, string Scheme)
{
    private const string Bearer = "Bearer";

    private static readonly string BearerChallenge = $"{Bearer} realm=\"AuthServer\"";
    private static readonly string DpopChallenge = $"{DpopProofs.Name} algs=\"{string.Join(' ', ForeignJwts.Algorithms)}\"";

    // RFC 6750 §3: no error code in the challenge where no token was sent.
    private static readonly OAuthError Missing = new(StatusCodes.Status401Unauthorized, "invalid_token", "An access token is needed.")
    {
        Challenge = new([BearerChallenge, DpopChallenge]),
    };

    /// <summary>Never from the query, where it would be logged.</summary>
    public static async Task<(PresentedToken? Token, OAuthError? Error)> ReadAsync(HttpContext context)
    {
        var header = context.Request.Headers.Authorization.ToString();
        var fromHeader = Read(header, Bearer) ?? Read(header, DpopProofs.Name);
        if (!HttpMethods.IsPost(context.Request.Method) || !context.Request.HasFormContentType)
        {
            return fromHeader is null ? (null, Missing) : (fromHeader, null);
        }

        if ((await ProtocolParameters.ReadFormAsync(context)).Failed(out var malformed, out var parameters))
        {
            return (null, malformed);
        }

        var fromForm = parameters["access_token"] is { } token ? new PresentedToken(token, Bearer) : null;
        return fromHeader is not null && fromForm is not null
            ? (null, fromHeader.Refuse(OAuthError.InvalidRequest("The access token is sent twice.")))
            : (fromHeader ?? fromForm) is { } presented ? (presented, null) : (null, Missing);
    }

    /// <summary>The error as an answer to it: a proof that fails is 401 here (RFC 9449 §7.1, §9), and the scheme that was used tells why.</summary>
    public OAuthError Refuse(OAuthError error)
    {
        var reason = $", error=\"{error.Error}\", error_description=\"{error.Description}\"";
        return error with
        {
            Status = error.Error is "invalid_dpop_proof" or "use_dpop_nonce" ? StatusCodes.Status401Unauthorized : error.Status,
            Challenge = Scheme == Bearer ? new([BearerChallenge + reason, DpopChallenge]) : new([DpopChallenge + reason, BearerChallenge]),
        };
    }

    private static PresentedToken? Read(string header, string scheme) =>
        header.StartsWith(scheme + " ", StringComparison.OrdinalIgnoreCase) ? new(header[(scheme.Length + 1)..].Trim(), scheme) : null;
}
