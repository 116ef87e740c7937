using System.ComponentModel.DataAnnotations;
using System.Diagnostics;
using AuthServer.Grants;
using AuthServer.Grants.Revocation;
using AuthServer.Pages;
using AuthServer.Protocol;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace AuthServer.Admin.Pages;

/// <summary>Withdrawing: shows what will fall, does it when told to and why, and leads to the receipt.</summary>
[FreshSignIn]
internal sealed class WithdrawModel(
    AuthServerDbContext db, Targets targets, FallingTree tree, RevocationCascade cascade, IOptions<AuthServerOptions> options, TimeProvider time) : PageModel
{
    /// <summary>A kind that <see cref="Targets"/> knows.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Kind { get; set; }

    [BindProperty(SupportsGet = true)]
    public Guid Id { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Scope { get; set; }

    [BindProperty]
    [StringLength(500, ErrorMessage = "At most 500 characters.")]
    public string? Reason { get; set; }

    public RevocationPreview Preview { get; private set; } = null!;

    public IReadOnlyList<Branch> Below { get; private set; } = [];

    /// <summary>What it is called.</summary>
    public string Subject { get; private set; } = "";

    /// <summary>It has become something else since it was shown: nothing was done.</summary>
    public bool Changed { get; private set; }

    /// <summary>It was dead before: nothing was there to do.</summary>
    public bool Nothing { get; private set; }

    public bool Yourself { get; private set; }

    public DateTime JwtAcceptedUntil => JwtAcceptance.Until(time.GetUtcNow().UtcDateTime, options.Value.Lifetimes);

    public string Back => Kind switch
    {
        "user" or "user_sessions" => $"/admin/users/{Id}",
        "user_deletion" => "/admin/users",
        "client" or "client_tokens" or "client_scope" => $"/admin/clients/{Id}",
        "client_deletion" => "/admin/clients",
        _ => "/admin/access",
    };

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        if (Targets.Of(Kind, Id, Scope, keptSession: null) is not var (target, _) || !await targets.ExistsAsync(target, cancellationToken))
        {
            return NotFound();
        }

        Subject = await SubjectAsync(target, cancellationToken);
        Preview = await RevocationPreview.OfAsync(db, target, time.GetUtcNow().UtcDateTime, cancellationToken);
        Below = await tree.BelowAsync(target, cancellationToken);
        Yourself = Targets.ShutsOut(target, HttpContext.Session()!.User.Id);
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(string? stamp, CancellationToken cancellationToken)
    {
        if (Targets.Of(Kind, Id, Scope, keptSession: null) is not var (target, cause) || !await targets.ExistsAsync(target, cancellationToken))
        {
            return NotFound();
        }

        if (!ModelState.IsValid || Targets.ShutsOut(target, HttpContext.Session()!.User.Id))
        {
            return await OnGetAsync(cancellationToken);
        }

        var by = HttpContext.ByOperator(string.IsNullOrWhiteSpace(Reason) ? null : Reason.Trim());
        switch (await cascade.RevokeAsync(target, stamp ?? "", cause, by, cancellationToken))
        {
            case PreviewedRevocation.Done { Receipt.Entry: { } entry }:
                return new SeeOther($"/admin/revocations/{entry.Id}");
            case PreviewedRevocation.Done:
                Nothing = true;
                return await OnGetAsync(cancellationToken);
            default:
                Changed = true;
                return await OnGetAsync(cancellationToken);
        }
    }

    private async Task<string> SubjectAsync(RevocationTarget target, CancellationToken cancellationToken)
    {
        switch (target.Kind)
        {
            case RevocationTargetKind.User:
                return (await Names.OfAsync(db, [target.Id], [], cancellationToken))[target.Id];
            case RevocationTargetKind.Client:
                return (await Names.OfAsync(db, [], [target.Id], cancellationToken))[target.Id];
            case RevocationTargetKind.Session:
                var session = await db.LoginSessions.AsNoTracking().SingleAsync(s => s.Id == target.Id, cancellationToken);
                return $"{(await Names.OfAsync(db, [session.UserId], [], cancellationToken))[session.UserId]} on {UserAgents.Describe(session.UserAgent)}";
            case RevocationTargetKind.Grant:
                var grant = await db.Grants.AsNoTracking().SingleAsync(g => g.Id == target.Id, cancellationToken);
                return await OfAsync(grant.UserId, grant.ClientId, cancellationToken);
            case RevocationTargetKind.Family:
                var family = await db.TokenFamilies.AsNoTracking().SingleAsync(f => f.Id == target.Id, cancellationToken);
                return await OfAsync(family.UserId, family.ClientId, cancellationToken);
            default:
                throw new UnreachableException();
        }
    }

    private async Task<string> OfAsync(Guid userId, Guid clientId, CancellationToken cancellationToken)
    {
        var names = await Names.OfAsync(db, [userId], [clientId], cancellationToken);
        return $"{names[clientId]} of {names[userId]}";
    }
}
