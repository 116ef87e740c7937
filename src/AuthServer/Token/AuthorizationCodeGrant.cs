using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using AuthServer.Grants;
using AuthServer.Grants.Entities;
using AuthServer.Grants.Revocation;
using AuthServer.Protocol;
using Microsoft.Extensions.Options;

namespace AuthServer.Token;

/// <summary>
/// <c>grant_type=authorization_code</c> (RFC 6749 §4.1.3; RFC 7636 §4.6). The code is redeemed only when everything else is right: a request
/// that fails before burns nothing and withdraws nothing. A second valid redemption withdraws the family.
/// </summary>
internal sealed partial class AuthorizationCodeGrant(
    LivenessReader liveness,
    ResourceIndicators indicators,
    FamilyRotation rotation,
    SealedTokens sealedTokens,
    FamilyAnswer answer,
    DpopProofs proofs,
    IOptions<AuthServerOptions> options,
    ILogger<AuthorizationCodeGrant> logger)
{
    private const string BadCode = "The code is not valid: unknown, expired, used, withdrawn, or of another client.";

    public async Task<IResult> HandleAsync(
        HttpContext context, AuthenticatedClient client, ProtocolParameters parameters, CancellationToken cancellationToken)
    {
        if (parameters["code"] is not { } code)
        {
            return OAuthError.InvalidRequest("code is missing.");
        }

        if (sealedTokens.Open(code) is not SealedToken.Code { FamilyId: var familyId }
            || await liveness.FindFamilyAsync(familyId, jti: null, cancellationToken) is not { State: { Family: var family } before }
            || family.ClientId != client.Client.Id)
        {
            return OAuthError.InvalidGrant(BadCode);
        }

        if (Mismatch(family, parameters) is { } mismatch)
        {
            return mismatch;
        }

        if (await indicators.RefuseAsync(parameters.Resources, before, before.EffectiveScope, cancellationToken) is { } refused)
        {
            return refused;
        }

        // RFC 9449 §10. Once it was redeemed the key is the redeemer's: another's then is a second use, not a wrong key, and must be heard as one.
        var (jkt, unproved) = await proofs.DemandAsync(
            context, client.Client, family.Generation == 0 ? family.Jkt : null, cancellationToken);
        if (unproved is not null)
        {
            return unproved;
        }

        return await rotation.RedeemAsync(familyId, Ends(client.Client), client.Client.IsPublic ? jkt : null, context.ByServer(), cancellationToken) switch
        {
            RotationOutcome.Current found => await answer.WriteAsync(
                found.State, found.State.EffectiveScope, parameters.Resources, jkt, family.Nonce, cancellationToken),
            RotationOutcome.Replayed => Replayed(familyId),
            _ => OAuthError.InvalidGrant(BadCode),
        };
    }

    private static OAuthError? Mismatch(TokenFamily family, ProtocolParameters parameters)
    {
        var redirectUri = parameters["redirect_uri"];
        if (redirectUri is null ? family.RedirectUriRequired : redirectUri != family.RedirectUri)
        {
            return OAuthError.InvalidGrant("redirect_uri is not the one of the authorization request.");
        }

        var verifier = parameters["code_verifier"];
        return (family.CodeChallenge, verifier) switch
        {
            (null, null) => null,

            // RFC 9700 §4.8.2: a verifier for a code that was asked for without challenge shows a downgrade.
            (null, _) => OAuthError.InvalidGrant("code_verifier is given, but the authorization request had no code_challenge."),
            (_, null) => OAuthError.InvalidGrant("code_verifier is missing."),
            var (challenge, proof) => Challenge(proof) == challenge ? null : OAuthError.InvalidGrant("code_verifier does not fit."),
        };
    }

    private static string Challenge(string verifier) => Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier)));

    // A family that cannot be refreshed ends with its access token.
    private FamilyEnds Ends(Client client)
    {
        var lifetimes = options.Value.Lifetimes;
        return client.GrantTypes.Contains("refresh_token") ? new(lifetimes.RefreshToken, lifetimes.RefreshTokenAbsolute) : new(lifetimes.AccessToken, lifetimes.AccessToken);
    }

    private OAuthError Replayed(Guid familyId)
    {
        LogReplayed(logger, familyId);
        return OAuthError.InvalidGrant(BadCode);
    }

    [LoggerMessage(1201, LogLevel.Warning, "An authorization code came a second time; family {FamilyId} is withdrawn.")]
    private static partial void LogReplayed(ILogger logger, Guid familyId);
}
