using System.Globalization;
using AuthServer.Grants;
using AuthServer.Grants.Entities;
using AuthServer.Grants.Revocation;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace AuthServer.Admin.Pages;

/// <summary>The ledger, filtered and page by page; it can be taken away as a file.</summary>
internal sealed class RevocationsModel(AuthServerDbContext db) : PageModel
{
    private const int Size = 50;

    [BindProperty(SupportsGet = true)]
    public string? Cause { get; set; }

    /// <summary>An id, or a whole e-mail address.</summary>
    [BindProperty(Name = "user", SupportsGet = true)]
    public string? Whose { get; set; }

    /// <summary>An id, or a <c>client_id</c>.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Client { get; set; }

    /// <summary>An operator or user, as <see cref="Whose"/>.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Actor { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Since { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Until { get; set; }

    [BindProperty(Name = "correlation_id", SupportsGet = true)]
    public string? CorrelationId { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Before { get; set; }

    public IReadOnlyList<RevocationEntry> Rows { get; private set; } = [];

    public Cursor? Next { get; private set; }

    public Names Names { get; private set; } = Names.None;

    /// <summary>The same lines, for the export.</summary>
    public string ExportQuery { get; private set; } = "";

    public bool IsFiltered => new[] { Cause, Whose, Client, Actor, Since, Until, CorrelationId }.Any(text => !string.IsNullOrEmpty(text));

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        if (!Cursor.TryParse(Before, out var cursor))
        {
            return NotFound();
        }

        var filter = new LedgerFilter
        {
            Cause = !string.IsNullOrEmpty(Cause) && ApiJson.TryParse<RevocationCause>(Cause, out var cause) ? cause : null,
            User = await Names.FindUserAsync(db, Whose, cancellationToken),
            Client = await Names.FindClientAsync(db, Client, cancellationToken),
            Actor = await Names.FindUserAsync(db, Actor, cancellationToken),
            Since = Instant(Since, nameof(Since)),
            Until = Instant(Until, nameof(Until)),
            CorrelationId = CorrelationId?.Trim(),
        };
        (Rows, Next) = await filter.PageAsync(db, cursor, Size, cancellationToken);
        Names = await Names.OfAsync(db, Rows.SelectMany(row => new[] { row.UserId, row.ActorId }), Rows.Select(row => row.ClientId), cancellationToken);
        ExportQuery = Request.With(
            ("user", $"{filter.User}"), ("client", $"{filter.Client}"), ("actor", $"{filter.Actor}"),
            ("since", filter.Since?.ToString("O", CultureInfo.InvariantCulture)), ("until", filter.Until?.ToString("O", CultureInfo.InvariantCulture)), ("before", null));
        return Page();
    }

    private DateTime? Instant(string? text, string name)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        if (DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var instant))
        {
            return instant;
        }

        ModelState.AddModelError(name, "Write it as 2026-11-22, or 2026-11-22 14:30.");
        return null;
    }
}
