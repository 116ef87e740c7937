using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AuthServer.Grants;
using AuthServer.Grants.Entities;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace AuthServer.Protocol;

/// <summary>Checks proofs of possession (RFC 9449 §4.3): whoever sends this request, at this time, holds this key.</summary>
internal sealed class DpopProofs(
    DpopNonces nonces, SingleUse singleUse, Issuer issuer, IOptions<AuthServerOptions> options, TimeProvider time)
{
    /// <summary>The request header, and the authentication scheme.</summary>
    public const string Name = "DPoP";

    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    /// <summary>
    /// At the token endpoint, last before a code is redeemed or a token rotated: the thumbprint of the proved key, null where there is no proof and
    /// none is needed. The proof is used up. Errors: <c>invalid_dpop_proof</c>, <c>use_dpop_nonce</c>; <c>invalid_grant</c> for another key.
    /// </summary>
    /// <param name="context">The request.</param>
    /// <param name="client">Who asks; it may have to prove a key always (RFC 9449 §5.2).</param>
    /// <param name="boundTo">The key that what it presents is bound to; null: to none.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<(string? Jkt, OAuthError? Error)> DemandAsync(
        HttpContext context, Client client, string? boundTo, CancellationToken cancellationToken)
    {
        var (proof, error) = await ReadAsync(context, accessToken: null);
        if (error is not null)
        {
            return (null, error);
        }

        if (proof is null)
        {
            return (null, boundTo is null && !client.DpopBoundAccessTokens ? null : Invalid("A proof is needed, in the header DPoP."));
        }

        return boundTo is not null && boundTo != proof.Jkt ? (null, OAuthError.InvalidGrant("It is bound to another key than the proof's."))
            : await UseAsync(proof, cancellationToken) is { } used ? (null, used)
            : (proof.Jkt, null);
    }

    /// <summary>The request's proof; neither proof nor error where it sends none. Nothing is used up.</summary>
    /// <param name="context">The request. Its answer may get a new nonce.</param>
    /// <param name="accessToken">The access token it must be made for (§7), where there is one.</param>
    public async Task<(DpopProof? Proof, OAuthError? Error)> ReadAsync(HttpContext context, string? accessToken)
    {
        var sent = context.Request.Headers[Name];
        if (sent.Count == 0)
        {
            return (null, null);
        }

        if (sent is not [{ } text] || ForeignJwts.Read(text) is not { Typ: "dpop+jwt" } jwt || ReadKey(jwt) is not { } key
            || !PublicKeys.Fits(key, jwt.Alg) || !await ForeignJwts.IsSignedByAsync(jwt, key))
        {
            return (null, Invalid("The header DPoP must hold one JWT of type dpop+jwt, signed by the public key in its header."));
        }

        if (ForeignJwts.Text(jwt, "htm") != context.Request.Method || !IsHere(ForeignJwts.Text(jwt, "htu"), context.Request.Path))
        {
            return (null, Invalid("htm and htu must be the method and the address of this request."));
        }

        if (ForeignJwts.Text(jwt, "jti") is not { } jti || jwt.IssuedAt == DateTime.MinValue)
        {
            return (null, Invalid("jti and iat are required."));
        }

        if (accessToken is not null && ForeignJwts.Text(jwt, "ath") != Digest(accessToken))
        {
            return (null, Invalid("ath must be the digest of the access token."));
        }

        return ReadAge(context, jwt) is { } goodUntil
            ? goodUntil > time.GetUtcNow().UtcDateTime
                ? (new DpopProof(Base64UrlEncoder.Encode(key.ComputeJwkThumbprint()), jti, goodUntil), null)
                : (null, Invalid("iat must be the time of this request."))
            : (null, new OAuthError(StatusCodes.Status400BadRequest, "use_dpop_nonce", "The proof must carry the nonce of the header DPoP-Nonce."));
    }

    /// <summary>Uses it up (RFC 9449 §11.1); an error where it was used before. A retry needs a new proof, which every client can make.</summary>
    public async Task<OAuthError?> UseAsync(DpopProof proof, CancellationToken cancellationToken) =>
        await singleUse.TryUseAsync("dpop", proof.Jkt, proof.Jti, proof.GoodUntil, cancellationToken)
            ? null
            : Invalid("This proof was sent before.");

    /// <summary>RFC 9449 §5.</summary>
    public static OAuthError Invalid(string description) => new(StatusCodes.Status400BadRequest, "invalid_dpop_proof", description);

    private static string Digest(string accessToken) => Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(accessToken)));

    // RFC 9449 §4.3 no. 7: a private key in it is refused as well.
    private static JsonWebKey? ReadKey(JsonWebToken jwt)
    {
        using var header = JsonDocument.Parse(Base64UrlEncoder.DecodeBytes(jwt.EncodedHeader));
        return header.RootElement.TryGetProperty("jwk", out var key) ? PublicKeys.Read(key) : null;
    }

    // RFC 9449 §4.3 no. 9: without query and fragment, normalised (RFC 3986 §6.2.2, §6.2.3). Our address is the issuer's, never the Host header's.
    private bool IsHere(string? htu, string path)
    {
        const UriComponents Compared = UriComponents.SchemeAndServer | UriComponents.UserInfo | UriComponents.Path;
        return Uri.TryCreate(htu, UriKind.Absolute, out var sent)
            && Uri.Compare(sent, new Uri(issuer.At(path)), Compared, UriFormat.UriEscaped, StringComparison.Ordinal) == 0;
    }

    /// <summary>
    /// Until when the proof is good; null: the client must use the nonce it is sent now. With a nonce, that one's time counts and the client's clock
    /// does not (RFC 9449 §4.3 no. 11).
    /// </summary>
    private DateTime? ReadAge(HttpContext context, JsonWebToken jwt)
    {
        var nonce = ForeignJwts.Text(jwt, "nonce");
        if (nonce is null && !options.Value.Dpop.RequireNonce)
        {
            return jwt.IssuedAt <= time.GetUtcNow().UtcDateTime + Window ? jwt.IssuedAt + Window : DateTime.MinValue;
        }

        var givenAt = nonce is null ? null : nonces.Read(nonce);
        nonces.Renew(context, givenAt);
        return givenAt + DpopNonces.Lifetime;
    }
}
