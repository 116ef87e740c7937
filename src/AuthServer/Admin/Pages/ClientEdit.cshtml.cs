using AuthServer.Grants;
using AuthServer.Grants.Entities;
using AuthServer.Pages;
using AuthServer.Protocol;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Primitives;

namespace AuthServer.Admin.Pages;

/// <summary>A new client, or what one is registered with; checked as an import is.</summary>
[FreshSignIn]
internal sealed class ClientEditModel(AuthServerDbContext db, ClientEditing editing) : PageModel
{
    /// <summary>Null: a new one.</summary>
    [BindProperty(SupportsGet = true)]
    public Guid? Id { get; set; }

    public Dictionary<string, StringValues> Typed { get; private set; } = [];

    /// <summary>Of the client that the form was made from.</summary>
    [BindProperty]
    public string? Version { get; set; }

    public IReadOnlyList<MetadataProblem> Problems { get; private set; } = [];

    [TempData]
    public string? Said { get; set; }

    /// <summary>Secret.</summary>
    [TempData]
    public string? Secret { get; set; }

    public string Heading => Id is null ? "New client" : "Edit client";

    /// <summary>What is wrong with a member, or with one of its values.</summary>
    public IEnumerable<string> ProblemsOf(string member) => Problems
        .Where(problem => problem.Member == member || problem.Member.StartsWith(member + "[", StringComparison.Ordinal))
        .Select(problem => problem.Member == member ? problem.Message : $"{problem.Member[member.Length..]} {problem.Message}");

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        var client = await FindAsync(cancellationToken);
        if (Id is not null && client is null)
        {
            return NotFound();
        }

        Typed = ClientForm.Of(client is null ? new ClientMetadata() : ClientForm.Of(client));
        Version = client is null ? null : ClientEditing.Version(client);
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        var client = await FindAsync(cancellationToken);
        if (Id is not null && client is null)
        {
            return NotFound();
        }

        Typed = Request.Form.ToDictionary(pair => pair.Key, pair => pair.Value, StringComparer.Ordinal);
        if (client is not null)
        {
            Typed["client_id"] = client.ClientId;
        }

        var metadata = ClientForm.Read(Typed, client is null ? new ClientMetadata() : ClientForm.Of(client));
        var id = Id ?? Guid.Empty;
        if (client is null)
        {
            (id, Secret, Problems) = await editing.CreateAsync(metadata, HttpContext.ByOperator(reason: null), cancellationToken);
        }
        else
        {
            (Secret, Problems) = await editing.ChangeAsync(client, Version, metadata, HttpContext.ByOperator(reason: null), cancellationToken);
        }

        if (Problems.Count > 0)
        {
            return Page();
        }

        Said = client is null ? "The client is registered." : "Saved.";
        return new SeeOther($"/admin/clients/{id}");
    }

    private Task<Client?> FindAsync(CancellationToken cancellationToken) =>
        db.Clients.AsNoTracking().FirstOrDefaultAsync(c => c.Id == Id, cancellationToken);
}
