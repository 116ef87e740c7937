using AuthServer.Grants;
using AuthServer.Grants.Entities;
using AuthServer.Grants.Revocation;
using AuthServer.Protocol;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace AuthServer.Authorize;

/// <summary>Decides an authorization request: who is there, whether they allow it, and if so, the family and its code.</summary>
internal sealed class Authorization(
    AuthServerDbContext db, FamilyOpening opening, SealedTokens sealedTokens, IOptions<AuthServerOptions> options, TimeProvider time)
{
    public async Task<AuthorizationDecision> DecideAsync(
        AuthorizationRequest request, SessionState? session, Continuation asked, CancellationToken cancellationToken)
    {
        var silent = request.Prompt.Contains("none", StringComparer.Ordinal);
        var signedInSince = session is not null && session.Session.AuthTime >= asked.AskedAt;
        if (session is null || (!signedInSince && MustSignInAgain(request, session)))
        {
            return silent ? Refuse("login_required", "The user must sign in.") : new AuthorizationDecision.SignIn();
        }

        if (request.HintedUserId is { } hinted && hinted != session.User.Id)
        {
            return Refuse("login_required", "Another user signed in than the one of the id_token_hint.");
        }

        if (request.Client.Consent != "implicit" && asked.ConsentedIn != session.Session.Id
            && await MustAskAsync(request, session, cancellationToken))
        {
            return silent ? Refuse("consent_required", "The user must be asked.") : new AuthorizationDecision.Ask();
        }

        if (request.Client.Consent == "implicit")
        {
            await opening.AllowAsync(session.User.Id, request.Client.Id, request.Scope, cancellationToken);
        }

        // Null: the session or the grant was withdrawn since this request looked at it, so the question is asked anew.
        return await opening.OpenAsync(
            session.Session.Id, request.Client.Id, request.Scope, found => Family(request, found), cancellationToken) is { } family
            ? new AuthorizationDecision.Answer(sealedTokens.Seal(new SealedToken.Code(family.Id)))
            : silent ? Refuse("interaction_required", "What was allowed has just been withdrawn.") : new AuthorizationDecision.Ask();
    }

    private bool MustSignInAgain(AuthorizationRequest request, SessionState session) =>
        request.Prompt.Contains("login", StringComparer.Ordinal)
        || request.Prompt.Contains("select_account", StringComparer.Ordinal)
        || (request.MaxAge is { } maxAge && time.GetUtcNow().UtcDateTime - session.Session.AuthTime > maxAge)
        || (request.HintedUserId is { } hinted && hinted != session.User.Id);

    private async Task<bool> MustAskAsync(AuthorizationRequest request, SessionState session, CancellationToken cancellationToken)
    {
        // RFC 6749 §10.2, RFC 8252 §8.6: a public client whose redirect URI anybody can take is never remembered.
        if (request.Prompt.Contains("consent", StringComparer.Ordinal)
            || (request.Client.IsPublic && !RedirectUris.IsClaimed(request.RedirectUri)))
        {
            return true;
        }

        var allowed = await db.Grants
            .Where(g => g.UserId == session.User.Id && g.ClientId == request.Client.Id && g.Status == Status.Valid)
            .Select(g => g.Scope)
            .FirstOrDefaultAsync(cancellationToken);
        return allowed is null || !ScopeText.IsWithin(request.Scope, allowed);
    }

    private TokenFamily Family(AuthorizationRequest request, Opening found)
    {
        var now = time.GetUtcNow();
        var (client, session) = (request.Client, found.Session);
        var offline = ScopeText.Contains(request.Scope, StandardScopes.OfflineAccess) && client.GrantTypes.Contains("refresh_token");
        var codeExpiresAt = now.UtcDateTime + options.Value.Lifetimes.AuthorizationCode;
        return new TokenFamily
        {
            Id = Guid.CreateVersion7(now),
            GrantId = found.GrantId,
            UserId = session.UserId,
            ClientId = client.Id,
            SessionId = session.Id,
            Scope = request.Scope,
            RedirectUri = request.RedirectUri,
            RedirectUriRequired = request.RedirectUriGiven,
            CodeChallenge = request.CodeChallenge,
            Nonce = request.Nonce,
            Jkt = request.DpopJkt,
            AuthTime = session.AuthTime,
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
