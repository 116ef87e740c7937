using System.Text.Json;
using AuthServer.Grants;
using AuthServer.Grants.Entities;
using AuthServer.Grants.Revocation;
using AuthServer.Keys;
using AuthServer.Protocol;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Admin;

/// <summary>Finds what became of a token.</summary>
internal sealed class TokenExplanations(
    AuthServerDbContext db, LivenessReader liveness, SealedTokens sealedTokens, AccessTokens accessTokens, SigningKeyRing keys, TimeProvider time)
{
    /// <summary>Null for what is not ours, or not <paramref name="asker"/>'s.</summary>
    /// <param name="token">A token of any kind, or</param>
    /// <param name="jti">an access token's <c>jti</c>.</param>
    /// <param name="asker">Who asks about their own; null: an operator.</param>
    /// <param name="cancellationToken">Gives up the question.</param>
    public async Task<TokenExplanation?> FindAsync(string? token, string? jti, Guid? asker, CancellationToken cancellationToken)
    {
        if (token is null)
        {
            return await OfAccessTokenAsync(jti!, content: null, asker, cancellationToken);
        }

        return sealedTokens.Open(token) switch
        {
            SealedToken.Code code => await OfFamilyAsync(
                code.FamilyId, jti: null, asker, family => family.Generation > 0 ? "redeemed" : null, cancellationToken),
            SealedToken.Refresh refresh => await OfFamilyAsync(
                refresh.FamilyId, jti: null, asker, family => family.Generation != refresh.Generation ? "rotated" : null, cancellationToken),
            SealedToken.Device device => await OfDeviceAsync(device.DeviceAuthorizationId, asker, cancellationToken),
            _ => await accessTokens.ReadEvenDeadAsync(token) is { } content
                ? await OfAccessTokenAsync(content.Jti, content, asker, cancellationToken)
                : null,
        };
    }

    // Until somebody allows it, it is nobody's.
    private async Task<TokenExplanation?> OfDeviceAsync(Guid id, Guid? asker, CancellationToken cancellationToken)
    {
        var device = await db.DeviceAuthorizations.AsNoTracking().FirstOrDefaultAsync(d => d.Id == id, cancellationToken);
        if (device?.FamilyId is { } familyId)
        {
            return await OfFamilyAsync(familyId, jti: null, asker, family => family.Generation > 0 ? "redeemed" : null, cancellationToken);
        }

        // One that is authentic and not there was pruned.
        var reason = device is null || device.ExpiresAt <= time.GetUtcNow().UtcDateTime ? "expired"
            : device.Status == DeviceStatus.Denied ? "denied"
            : null;
        return asker is null
            ? new TokenExplanation(reason is null, reason, Family: null, User: null, device?.ClientId, Session: null, Revocation: null)
            : null;
    }

    private async Task<TokenExplanation?> OfAccessTokenAsync(
        string jti, AccessTokenContent? content, Guid? asker, CancellationToken cancellationToken)
    {
        var own = content is not null && content.ExpiresAt <= time.GetUtcNow().UtcDateTime ? "expired" : null;
        var explanation = TokenId.Parse(jti) switch
        {
            TokenId.OfFamily id => await OfFamilyAsync(id.FamilyId, jti, asker, _ => own, cancellationToken),
            TokenId.OfClient id when asker is null => await OfClientAsync(id, content, own, cancellationToken),
            _ => null,
        };
        return explanation is not null && content?.Kid is { } kid && !keys.Verifies(kid)
            ? await OfKeyAsync(explanation, kid, asker, cancellationToken)
            : explanation;
    }

    /// <summary>Whatever else is true of it, nothing that this key signed is accepted.</summary>
    private async Task<TokenExplanation> OfKeyAsync(TokenExplanation explanation, string kid, Guid? asker, CancellationToken cancellationToken)
    {
        var target = new RevocationTarget.SigningKey(kid);
        var entry = await db.Revocations.AsNoTracking().FirstOrDefaultAsync(r => r.TargetId == target.Id, cancellationToken);
        return explanation with
        {
            Alive = false,
            Reason = entry is null ? "signing_key_retired" : "signing_key_withdrawn",
            Revocation = entry is null ? explanation.Revocation : asker is null ? LedgerRow.Of(entry) : LedgerRow.ForOwner(entry),
        };
    }

    private async Task<TokenExplanation?> OfFamilyAsync(
        Guid familyId, string? jti, Guid? asker, Func<TokenFamily, string?> own, CancellationToken cancellationToken)
    {
        var (_, state) = await liveness.FindFamilyAsync(familyId, jti, cancellationToken);
        if (asker is not null && state?.Family.UserId != asker)
        {
            return null;
        }

        var explanation = await Explanation.OfAsync(db, state, jti, time.GetUtcNow().UtcDateTime, cancellationToken);
        var family = state?.Family;
        Func<RevocationEntry, LedgerRow> row = asker is null ? LedgerRow.Of : LedgerRow.ForOwner;
        return Answer(explanation, row, family is null ? null : own(family), familyId, family?.UserId, family?.ClientId, family?.SessionId);
    }

    private async Task<TokenExplanation?> OfClientAsync(
        TokenId.OfClient id, AccessTokenContent? content, string? own, CancellationToken cancellationToken)
    {
        var reason = Liveness.WhyDead(await liveness.FindClientTokenAsync(id.ClientId, id.Text, cancellationToken), id.ClientEpoch, id.InstallationEpoch);

        // A jti alone does not say when it was issued, so not which of several withdrawals came first.
        var explanation = content is null
            ? new Explanation(reason, Entry: null)
            : await Explanation.OfAsync(db, reason, id.ClientId, id.Text, content.IssuedAt, cancellationToken);
        return Answer(explanation, LedgerRow.Of, own, family: null, user: null, id.ClientId, session: null);
    }

    private static TokenExplanation Answer(
        Explanation explanation, Func<RevocationEntry, LedgerRow> row, string? own, Guid? family, Guid? user, Guid? client, Guid? session)
    {
        var reason = explanation.Reason is { } why ? JsonNamingPolicy.SnakeCaseLower.ConvertName(why.ToString()) : own;
        return new TokenExplanation(
            reason is null, reason, family, user, client, session, explanation.Entry is { } entry ? row(entry) : null);
    }
}
