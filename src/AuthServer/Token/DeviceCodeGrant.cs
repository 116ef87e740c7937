using AuthServer.Grants;
using AuthServer.Grants.Entities;
using AuthServer.Grants.Revocation;
using AuthServer.Protocol;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace AuthServer.Token;

/// <summary>
/// <c>grant_type=urn:ietf:params:oauth:grant-type:device_code</c> (RFC 8628 §3.4, §3.5): the device asks again and again until the user has decided
/// elsewhere. The code is redeemed like an authorization code, but a device that did not hear the answer may ask once more within the leeway.
/// </summary>
internal sealed partial class DeviceCodeGrant(
    AuthServerDbContext db,
    DeviceAuthorizations devices,
    FamilyRotation rotation,
    SealedTokens sealedTokens,
    TokenIssuer issuer,
    DpopProofs proofs,
    IOptions<AuthServerOptions> options,
    TimeProvider time,
    ILogger<DeviceCodeGrant> logger)
{
    private const string BadCode = "The device code is not valid: unknown, used, withdrawn, or of another client.";

    private static readonly OAuthError Expired = Refuse("expired_token", "The device code has expired. Ask for a new one.");

    public async Task<IResult> HandleAsync(
        HttpContext context, AuthenticatedClient client, ProtocolParameters parameters, CancellationToken cancellationToken)
    {
        if (parameters["device_code"] is not { } code)
        {
            return OAuthError.InvalidRequest("device_code is missing.");
        }

        if (sealedTokens.Open(code) is not SealedToken.Device { DeviceAuthorizationId: var id })
        {
            return OAuthError.InvalidGrant(BadCode);
        }

        // One that is authentic and not there was pruned.
        return await db.DeviceAuthorizations.AsNoTracking().FirstOrDefaultAsync(d => d.Id == id, cancellationToken) switch
        {
            null => Expired,
            { ClientId: var owner } when owner != client.Client.Id => OAuthError.InvalidGrant(BadCode),
            { Status: DeviceStatus.Approved, FamilyId: { } familyId } device =>
                await RedeemAsync(context, client, device, familyId, cancellationToken),
            var device when HasExpired(device) => Expired,
            { Status: DeviceStatus.Denied } => Refuse("access_denied", "The user said no."),
            var device => await devices.PollAsync(device, cancellationToken)
                ? Refuse("authorization_pending", "The user has not decided yet.")
                : Refuse("slow_down", $"Wait {DeviceAuthorizations.Interval} seconds longer between two requests from now on."),
        };
    }

    private static OAuthError Refuse(string error, string description) => new(StatusCodes.Status400BadRequest, error, description);

    private bool HasExpired(DeviceAuthorization device) => device.ExpiresAt <= time.GetUtcNow().UtcDateTime;

    private async Task<IResult> RedeemAsync(
        HttpContext context, AuthenticatedClient client, DeviceAuthorization device, Guid familyId, CancellationToken cancellationToken)
    {
        var (jkt, unproved) = await proofs.DemandAsync(context, client.Client, jkt: null, cancellationToken);
        if (unproved is not null)
        {
            return unproved;
        }

        var refreshes = client.Client.GrantTypes.Contains("refresh_token");
        switch (await rotation.RedeemAsync(familyId, Ends(refreshes), client.Client.IsPublic ? jkt : null, context.ByServer(), cancellationToken))
        {
            case RotationOutcome.Current found:
                return await AnswerAsync(context, found.State, refreshes, jkt, cancellationToken);
            case RotationOutcome.Replayed:
                LogReplayed(logger, familyId);
                return OAuthError.InvalidGrant(BadCode);
            default:
                return HasExpired(device) ? Expired : OAuthError.InvalidGrant(BadCode);
        }
    }

    // A family that cannot be refreshed ends with its access token. RFC 8628 §3.5 lets a device ask again after a timeout: the answer may be lost.
    private FamilyEnds Ends(bool refreshes)
    {
        var lifetimes = options.Value.Lifetimes;
        return refreshes
            ? new(lifetimes.RefreshToken, lifetimes.RefreshTokenAbsolute, lifetimes.RefreshLeeway)
            : new(lifetimes.AccessToken, lifetimes.AccessToken, lifetimes.RefreshLeeway);
    }

    private async Task<IResult> AnswerAsync(HttpContext context, FamilyState state, bool refreshes, string? jkt, CancellationToken cancellationToken)
    {
        var scope = state.EffectiveScope;
        var resources = await ScopeResources.OfAsync(db, scope, cancellationToken);
        var accessToken = issuer.AccessToken(state, scope, resources, jkt);
        return TokenEndpoint.Answer(context, new TokenResponse
        {
            AccessToken = accessToken.Text,
            TokenType = accessToken.Content.TokenType,
            ExpiresIn = accessToken.ExpiresIn,
            RefreshToken = refreshes ? issuer.RefreshToken(state.Family) : null,
            IdToken = ScopeText.Contains(scope, StandardScopes.OpenId) ? issuer.IdToken(state, accessToken.Text, nonce: null) : null,
            Scope = scope,
        });
    }

    [LoggerMessage(1204, LogLevel.Warning, "A device code came a second time; family {FamilyId} is withdrawn.")]
    private static partial void LogReplayed(ILogger logger, Guid familyId);
}
