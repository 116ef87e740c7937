using AuthServer.Grants;
using AuthServer.Grants.Entities;
using AuthServer.Grants.Revocation;
using AuthServer.Protocol;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace AuthServer.Authorize;

/// <summary>Decides an authorization request: who is there, how strongly they signed in, what they allow, and then the family and its code.</summary>
internal sealed class Authorization(
    AuthServerDbContext db, FamilyOpening opening, SealedTokens sealedTokens, IOptions<AuthServerOptions> options, TimeProvider time)
{
    public async Task<AuthorizationDecision> DecideAsync(
        AuthorizationRequest request, SessionState? session, Continuation asked, CancellationToken cancellationToken)
    {
        var silent = request.Prompt.Contains("none", StringComparer.Ordinal);
        var signedInSince = session is not null && session.Session.AuthTime >= asked.AskedAt;

        // Signed in since, and still too weak: asking once more would go round in circles.
        if (session is null || (!signedInSince && (MustSignInAgain(request, session) || StepUp.IsNeeded(request, session))))
        {
            return silent
                ? Refuse("login_required", "The user must sign in.")
                : new AuthorizationDecision.SignIn(StepUp.WantsSecondFactor(request));
        }

        if (request.HintedUserId is { } hinted && hinted != session.User.Id)
        {
            return Refuse("login_required", "Another user signed in than the one that was asked for.");
        }

        if (StepUp.IsUnmet(request, session.Session))
        {
            return Refuse("unmet_authentication_requirements", "The user cannot sign in as strongly as the request needs.");
        }

        if (await FindAllowedAsync(request, session, asked, cancellationToken) is not { } allowed)
        {
            return silent ? Refuse("consent_required", "The user must be asked.") : new AuthorizationDecision.Ask();
        }

        // Null: the session or the grant was withdrawn since this request looked at it, so the question is asked anew.
        return await opening.OpenAsync(
            session.Session.Id, request.Client.Id, allowed, found => Family(request, allowed, found), cancellationToken) is { } family
            ? new AuthorizationDecision.Answer(sealedTokens.Seal(new SealedToken.Code(family.Id)))
            : silent ? Refuse("interaction_required", "What was allowed has just been withdrawn.") : new AuthorizationDecision.Ask();
    }

    private bool MustSignInAgain(AuthorizationRequest request, SessionState session) =>
        request.Prompt.Contains("login", StringComparer.Ordinal)
        || request.Prompt.Contains("select_account", StringComparer.Ordinal)
        || (request.MaxAge is { } maxAge && time.GetUtcNow().UtcDateTime - session.Session.AuthTime > maxAge)
        || (request.HintedUserId is { } hinted && hinted != session.User.Id);

    /// <summary>What of the request the user allows, or the operator for everybody; null: the user must be asked.</summary>
    private async Task<string?> FindAllowedAsync(
        AuthorizationRequest request, SessionState session, Continuation asked, CancellationToken cancellationToken)
    {
        if (request.Client.Consent == "implicit")
        {
            await opening.AllowAsync(session.User.Id, request.Client.Id, request.Asked, cancellationToken);
            return request.Asked;
        }

        var allowed = asked.ConsentedIn == session.Session.Id
            ? ScopeText.Intersect(request.Asked, asked.Allowed ?? "")
            : await FindRememberedAsync(request, session, cancellationToken);
        return allowed.Length > 0 ? allowed : null;
    }

    /// <summary>What the user allowed before, where everything that is asked for was answered before.</summary>
    private async Task<string> FindRememberedAsync(AuthorizationRequest request, SessionState session, CancellationToken cancellationToken)
    {
        // RFC 6749 §10.2, RFC 8252 §8.6: a public client whose redirect URI anybody can take is never remembered.
        if (request.Prompt.Contains("consent", StringComparer.Ordinal)
            || (request.Client.IsPublic && !RedirectUris.IsClaimed(request.RedirectUri)))
        {
            return "";
        }

        var grant = await db.Grants
            .Where(g => g.UserId == session.User.Id && g.ClientId == request.Client.Id && g.Status == Status.Valid)
            .Select(g => new { g.Scope, g.Declined })
            .FirstOrDefaultAsync(cancellationToken);
        return grant is not null && ScopeText.IsWithin(request.Asked, $"{grant.Scope} {grant.Declined}")
            ? ScopeText.Intersect(request.Asked, grant.Scope)
            : "";
    }

    private TokenFamily Family(AuthorizationRequest request, string allowed, Opening found)
    {
        var now = time.GetUtcNow();
        var (client, session) = (request.Client, found.Session);
        var offline = ScopeText.Contains(allowed, StandardScopes.OfflineAccess) && client.GrantTypes.Contains("refresh_token");
        var codeExpiresAt = now.UtcDateTime + options.Value.Lifetimes.AuthorizationCode;
        return new TokenFamily
        {
            Id = Guid.CreateVersion7(now),
            GrantId = found.GrantId,
            UserId = session.UserId,
            ClientId = client.Id,
            SessionId = session.Id,
            Scope = ScopeText.Intersect(request.Scope, allowed),
            Resources = ScopeText.Join(request.Resources),
            Claims = request.Claims?.ToJson(claim => QuotedClaims.IsAllowed(claim, allowed)),
            RedirectUri = request.RedirectUri,
            RedirectUriRequired = request.RedirectUriGiven,
            CodeChallenge = request.CodeChallenge,
            Nonce = request.Nonce,
            Jkt = request.DpopJkt,
            AuthTime = session.AuthTime,
            Acr = StepUp.Acr(request, session),
            Amr = session.Amr,
            Offline = offline,
            SurvivesLogout = offline && client.OfflineAccessSurvivesLogout,
            CreatedAt = now.UtcDateTime,
            IdleExpiresAt = codeExpiresAt,
            ExpiresAt = codeExpiresAt,
            Stamp = FamilyRotation.NewStamp(),
            InstallationEpoch = found.InstallationEpoch,
            UserEpoch = session.UserEpoch,
            ClientEpoch = client.Epoch,
        };
    }

    private static AuthorizationDecision.Refuse Refuse(string error, string description) => new(new AuthorizationRefusal(error, description));
}
