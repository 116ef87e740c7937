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
    AuthServerDbContext db, AuthorizationRequestReader reader, FamilyOpening opening, Continuations continuations) : PageModel
{
    private const string Path = "/connect/authorize";

    /// <summary>The waiting request, sealed.</summary>
    [BindProperty(Name = Continuations.Parameter, SupportsGet = true)]
    public string? Continue { get; set; }

    public Client Client { get; private set; } = null!;

    public string ClientName => Client.ClientName ?? Client.ClientId;

    public string UserName { get; private set; } = "";

    public IReadOnlyList<ConsentScope> Scopes { get; private set; } = [];

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        if (await FindAsync(cancellationToken) is not var (waiting, request, session))
        {
            return BackToStart();
        }

        Client = request.Client;
        UserName = session.User.UserName ?? "";
        Scopes = await DescribeAsync(request, session, cancellationToken);
        HttpContext.AllowFormAction(request.RedirectUri);
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(string? decision, CancellationToken cancellationToken)
    {
        if (await FindAsync(cancellationToken) is not var (waiting, request, session))
        {
            return BackToStart();
        }

        if (decision != "allow")
        {
            return new SeeOther(ContinueAt(waiting with { Denied = true }));
        }

        await opening.AllowAsync(session.User.Id, request.Client.Id, request.Scope, cancellationToken);
        return new SeeOther(ContinueAt(waiting with { ConsentedIn = session.Session.Id }));
    }

    private async Task<(Continuation Waiting, AuthorizationRequest Request, SessionState Session)?> FindAsync(CancellationToken cancellationToken)
    {
        var waiting = continuations.Open(Continue, ContinuationKind.Authorize);
        if (waiting is null || HttpContext.Session() is not { } session)
        {
            return null;
        }

        var (request, refusal) = await reader.ReadAsync(new ProtocolParameters(waiting.Parameters), cancellationToken);
        return request is null || refusal is not null ? null : (waiting, request, session);
    }

    /// <summary>Signed out meanwhile, or the client has changed: the authorization endpoint knows what to do with it.</summary>
    private SeeOther BackToStart() => new(QueryHelpers.AddQueryString(Path, Continuations.Parameter, Continue ?? ""));

    private string ContinueAt(Continuation continuation) =>
        QueryHelpers.AddQueryString(Path, Continuations.Parameter, continuations.Seal(continuation));

    private async Task<IReadOnlyList<ConsentScope>> DescribeAsync(
        AuthorizationRequest request, SessionState session, CancellationToken cancellationToken)
    {
        var names = ScopeText.Split(request.Scope);
        var known = await db.Scopes.AsNoTracking().Where(s => names.Contains(s.Name))
            .ToDictionaryAsync(s => s.Name, s => s.Description, cancellationToken);
        var allowed = await db.Grants
            .Where(g => g.UserId == session.User.Id && g.ClientId == request.Client.Id && g.Status == Status.Valid)
            .Select(g => g.Scope)
            .FirstOrDefaultAsync(cancellationToken);
        return [.. names.Select(name => new ConsentScope(
            name,
            known.GetValueOrDefault(name) ?? StandardScopes.Descriptions.GetValueOrDefault(name) ?? name,
            IsNew: allowed is not null && !ScopeText.Contains(allowed, name)))];
    }
}
