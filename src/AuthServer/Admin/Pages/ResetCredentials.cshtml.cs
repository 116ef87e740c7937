using System.ComponentModel.DataAnnotations;
using AuthServer.Grants;
using AuthServer.Grants.Entities;
using AuthServer.Grants.Revocation;
using AuthServer.Pages;
using AuthServer.Protocol;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace AuthServer.Admin.Pages;

/// <summary>A password or second factor reset by an operator: shows what falls with the old one, does both, leads to the receipt.</summary>
[FreshSignIn]
internal sealed class ResetCredentialsModel(AuthServerDbContext db, CredentialResets resets, FallingTree tree, TimeProvider time) : PageModel
{
    public const string Factor = "second-factor";

    [BindProperty(SupportsGet = true)]
    public Guid Id { get; set; }

    /// <summary><c>password</c> or <c>second-factor</c>.</summary>
    [BindProperty(SupportsGet = true)]
    public string What { get; set; } = "";

    /// <summary>A temporary one. Secret.</summary>
    [BindProperty]
    [StringLength(200, ErrorMessage = "This password is too long.")]
    public string? Password { get; set; }

    [BindProperty]
    [StringLength(500, ErrorMessage = "At most 500 characters.")]
    public string? Reason { get; set; }

    public User Person { get; private set; } = null!;

    public RevocationPreview Preview { get; private set; } = null!;

    public IReadOnlyList<Branch> Below { get; private set; } = [];

    public bool Changed { get; private set; }

    public bool OfFactor => What == Factor;

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        if (await resets.FindAsync(Id, cancellationToken) is not { } person)
        {
            return NotFound();
        }

        Person = person;
        Preview = await PreviewAsync(cancellationToken);
        Below = await tree.BelowAsync(Preview.Target, cancellationToken);
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(string? stamp, CancellationToken cancellationToken)
    {
        if (await resets.FindAsync(Id, cancellationToken) is not { } person)
        {
            return NotFound();
        }

        foreach (var problem in OfFactor ? [] : await resets.ProblemsAsync(person, Password))
        {
            ModelState.AddModelError(nameof(Password), problem);
        }

        if (!ModelState.IsValid)
        {
            return await OnGetAsync(cancellationToken);
        }

        var by = HttpContext.ByOperator(string.IsNullOrWhiteSpace(Reason) ? null : Reason.Trim());
        var done = OfFactor
            ? await resets.ResetSecondFactorAsync(person, by, stamp ?? "", cancellationToken)
            : await resets.SetPasswordAsync(person, Password!, by, stamp ?? "", cancellationToken);
        if (done is null)
        {
            Changed = true;
            return await OnGetAsync(cancellationToken);
        }

        return new SeeOther($"/admin/revocations/{done.Receipt.Entry!.Id}");
    }

    private Task<RevocationPreview> PreviewAsync(CancellationToken cancellationToken) => RevocationPreview.OfAsync(
        db, new RevocationTarget.UserSessions(Id, KeptSessionId: null), time.GetUtcNow().UtcDateTime, cancellationToken);
}
