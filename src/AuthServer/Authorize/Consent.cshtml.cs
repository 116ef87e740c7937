using AuthServer.Grants;
using AuthServer.Grants.Entities;
using AuthServer.Grants.Revocation;
using AuthServer.Pages;
using AuthServer.Protocol;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Authorize;

/// <summary>Asks the person whether a client may have what it asks for (OpenID Connect Core §3.1.2.4). Allowing is remembered as the grant.</summary>
internal sealed class ConsentModel(
    AuthServerDbContext db, AuthorizationRequestReader reader, ConsentAnswers answers, Continuations continuations) : PageModel
{
    private const string Path = "/connect/authorize";

    /// <summary>The waiting request, sealed.</summary>
    [BindProperty(Name = Continuations.Parameter, SupportsGet = true)]
    public string? Continue { get; set; }

    public Client Client { get; private set; } = null!;

    public string ClientName => Client.ClientName ?? Client.ClientId;

    public string UserName { get; private set; } = "";

    public IReadOnlyList<ConsentScope> Scopes { get; private set; } = [];

    /// <summary>How long the access lasts, in words.</summary>
    public string Duration { get; private set; } = "";

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        if (await FindAsync(cancellationToken) is not var (waiting, request, session))
        {
            return BackToStart();
        }

        Client = request.Client;
        UserName = session.User.UserName ?? "";
        Scopes = await DescribeAsync(request, session, cancellationToken);
        Duration = Describe(request);
        HttpContext.AllowFormAction(request.RedirectUri);
        if (Client.LogoUri is { } logo)
        {
            HttpContext.AllowImage(logo);
        }

        return Page();
    }

    public async Task<IActionResult> OnPostAsync(string? decision, string[] allow, CancellationToken cancellationToken)
    {
        if (await FindAsync(cancellationToken) is not var (waiting, request, session))
        {
            return BackToStart();
        }

        var allowed = ScopeText.Join(ScopeText.Split(request.Asked).Where(value => !IsOptional(value) || allow.Contains(value, StringComparer.Ordinal)));
        if (decision != "allow" || allowed.Length == 0)
        {
            return new SeeOther(ContinueAt(waiting with { Denied = true }));
        }

        var declined = ScopeText.Join(ScopeText.Split(request.Asked).Except(ScopeText.Split(allowed), StringComparer.Ordinal));
        await answers.WriteAsync(
            session.User.Id, request.Client.Id, allowed, declined, HttpContext.ByUser(session.User.Id), cancellationToken);
        return new SeeOther(ContinueAt(waiting with { ConsentedIn = session.Session.Id, Allowed = allowed }));
    }

    // Without it this is no sign-in, and saying so is what Deny is for.
    private static bool IsOptional(string value) => value != StandardScopes.OpenId;

    private async Task<(Continuation Waiting, AuthorizationRequest Request, SessionState Session)?> FindAsync(CancellationToken cancellationToken)
    {
        var waiting = continuations.Open(Continue, ContinuationKind.Authorize);
        if (waiting is null || HttpContext.Session() is not { } session)
        {
            return null;
        }

        var (request, refusal) = await reader.ReadAsync(new ProtocolParameters(waiting.Parameters), waiting.Pushed, cancellationToken);
        return request is null || refusal is not null ? null : (waiting, request, session);
    }

    /// <summary>Signed out meanwhile, or the client has changed: the authorization endpoint knows what to do with it.</summary>
    private SeeOther BackToStart() => new(QueryHelpers.AddQueryString(Path, Continuations.Parameter, Continue ?? ""));

    private string ContinueAt(Continuation continuation) =>
        QueryHelpers.AddQueryString(Path, Continuations.Parameter, continuations.Seal(continuation));

    private async Task<IReadOnlyList<ConsentScope>> DescribeAsync(
        AuthorizationRequest request, SessionState session, CancellationToken cancellationToken)
    {
        var values = ScopeText.Split(request.Asked);
        var words = await ScopeWords.OfAsync(db, values, cancellationToken);
        var grant = await db.Grants
            .Where(g => g.UserId == session.User.Id && g.ClientId == request.Client.Id && g.Status == Status.Valid)
            .Select(g => new { g.Scope, g.Declined })
            .FirstOrDefaultAsync(cancellationToken);
        return [.. values.Select(value => new ConsentScope(
            value,
            Icon: QuotedClaims.ClaimOf(value) is { } claim ? UserClaims.ScopeOf(claim)! : value,
            words(value),
            IsNew: grant is not null && !ScopeText.Contains($"{grant.Scope} {grant.Declined}", value),
            Optional: IsOptional(value),
            Ticked: grant is null || !ScopeText.Contains(grant.Declined, value)))];
    }

    private static string Describe(AuthorizationRequest request) =>
        !ScopeText.Contains(request.Scope, StandardScopes.OfflineAccess) ? "Access lasts while you are signed in here."
        : request.Client.OfflineAccessSurvivesLogout
            ? "Access while you are away lasts until you take it back, even after you sign out here. Without it, access lasts while you are signed in here."
        : "Access while you are away lasts until you take it back or sign out here. Without it, access lasts while you are signed in here.";
}
