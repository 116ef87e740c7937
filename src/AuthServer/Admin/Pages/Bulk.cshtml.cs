using System.Buffers.Text;
using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;
using System.Text;
using AuthServer.Grants;
using AuthServer.Grants.Entities;
using AuthServer.Grants.Revocation;
using AuthServer.Pages;
using AuthServer.Protocol;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Admin.Pages;

/// <summary>Withdrawing many at once: those selected, or all that fit a filter. Shows what will fall; then it goes on by itself, whoever looks.</summary>
[FreshSignIn]
internal sealed class BulkModel(AuthServerDbContext db, FallingTree tree, BulkWithdrawals bulks, TimeProvider time) : PageModel
{
    private const int Recent = 20;

    [BindProperty(SupportsGet = true)]
    public AccessQuery Filter { get; set; } = new();

    /// <summary>Whatever fits the filter; else those in <see cref="Selected"/>.</summary>
    [BindProperty(Name = "all", SupportsGet = true)]
    public bool All { get; set; }

    [BindProperty(Name = "target", SupportsGet = true)]
    public IReadOnlyList<string> Selected { get; set; } = [];

    [BindProperty]
    [StringLength(500, ErrorMessage = "At most 500 characters.")]
    public string? Reason { get; set; }

    public IReadOnlyList<RevocationTarget> Targets { get; private set; } = [];

    public IReadOnlyList<Branch> Below { get; private set; } = [];

    public int Families { get; private set; }

    public bool TooMany { get; private set; }

    public bool Changed { get; private set; }

    /// <summary>Those of before, where nothing is selected.</summary>
    public IReadOnlyList<BulkWithdrawal> Bulks { get; private set; } = [];

    /// <summary>Tells these targets from any others.</summary>
    public string Stamp => Base64Url.EncodeToString(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', Targets.Select(BulkTarget.Write).Order(StringComparer.Ordinal)))));

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        await ReadAsync(cancellationToken);
        Below = await tree.BelowAsync(Targets, cancellationToken);
        Families = await tree.CountAsync(Targets, cancellationToken);
        Bulks = Targets.Count > 0 ? [] : await db.BulkWithdrawals.AsNoTracking().OrderByDescending(b => b.Id).Take(Recent).ToListAsync(cancellationToken);
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(string? stamp, CancellationToken cancellationToken)
    {
        await ReadAsync(cancellationToken);
        Changed = Stamp != stamp;
        if (Changed || TooMany || Targets.Count == 0 || !ModelState.IsValid)
        {
            return await OnGetAsync(cancellationToken);
        }

        var id = await bulks.BeginAsync(Targets, HttpContext.ByOperator(string.IsNullOrWhiteSpace(Reason) ? null : Reason.Trim()), cancellationToken);
        return new SeeOther($"/admin/bulk/{id}");
    }

    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        if (!All)
        {
            Targets = [.. Selected.Select(BulkTarget.TryRead).OfType<RevocationTarget>().Distinct().Take(BulkWithdrawals.MaxTargets)];
            return;
        }

        var now = time.GetUtcNow().UtcDateTime;
        var filter = await Filter.ReadAsync(db, now, cancellationToken);

        // All that fit are asked for, so it looks to the end.
        var found = await filter.PageAsync(db, now, cursor: null, BulkWithdrawals.MaxTargets, stretches: int.MaxValue, cancellationToken);
        TooMany = found.Next is not null;
        Targets = [.. found.Rows.Select(row => BulkTarget.TryRead($"{Filter.TargetKind}:{row.Id}")!)];
    }
}
