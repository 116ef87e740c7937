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
    LivenessReader liveness,
    DeviceAuthorizations devices,
    ResourceIndicators indicators,
    FamilyRotation rotation,
    SealedTokens sealedTokens,
    FamilyAnswer answer,
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
                await RedeemAsync(context, client, parameters, device, familyId, cancellationToken),
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
        HttpContext context,
        AuthenticatedClient client,
        ProtocolParameters parameters,
        DeviceAuthorization device,
        Guid familyId,
        CancellationToken cancellationToken)
    {
        if (await liveness.FindFamilyAsync(familyId, jti: null, cancellationToken) is { State: { } before }
            && await indicators.RefuseAsync(parameters.Resources, before, before.EffectiveScope, cancellationToken) is { } refused)
        {
            return refused;
        }

        var (jkt, unproved) = await proofs.DemandAsync(context, client.Client, boundTo: null, cancellationToken);
        if (unproved is not null)
        {
            return unproved;
        }

        var isPublic = client.Client.IsPublic;
        switch (await rotation.RedeemAsync(familyId, Ends(client.Client), isPublic ? jkt : null, context.ByServer(), cancellationToken))
        {
            // RFC 9449 §5: whoever asks once more must prove the key that the first answer was bound to.
            case RotationOutcome.Current { State.Family.Jkt: { } bound } when isPublic && bound != jkt:
                return OAuthError.InvalidGrant(BadCode);
            case RotationOutcome.Current found:
                return await answer.WriteAsync(
                    found.State, found.State.EffectiveScope, parameters.Resources, jkt, nonce: null, cancellationToken);
            case RotationOutcome.Replayed:
                LogReplayed(logger, familyId);
                return OAuthError.InvalidGrant(BadCode);
            default:
                return HasExpired(device) ? Expired : OAuthError.InvalidGrant(BadCode);
        }
    }

    // A family that cannot be refreshed ends with its access token. RFC 8628 §3.5 lets a device ask again after a timeout: the answer may be lost.
    private FamilyEnds Ends(Client client)
    {
        var lifetimes = options.Value.Lifetimes;
        return client.GrantTypes.Contains("refresh_token")
            ? new(lifetimes.RefreshToken, lifetimes.RefreshTokenAbsolute, lifetimes.RefreshLeeway)
            : new(lifetimes.AccessToken, lifetimes.AccessToken, lifetimes.RefreshLeeway);
    }

    [LoggerMessage(1204, LogLevel.Warning, "A device code came a second time; family {FamilyId} is withdrawn.")]
    private static partial void LogReplayed(ILogger logger, Guid familyId);
}
