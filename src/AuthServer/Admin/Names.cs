using AuthServer.Grants;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Admin;

/// <summary>What people call the users and clients whose ids are in a list; who is gone is called by the id.</summary>
internal sealed class Names
{
    private readonly Dictionary<Guid, string> _names;

    private Names(Dictionary<Guid, string> names) => _names = names;

    public static Names None { get; } = new([]);

    public string this[Guid? id] => id is not { } one ? "" : _names.GetValueOrDefault(one) ?? $"{one}";

    /// <summary>Whether there is such a user or client still.</summary>
    public bool Has(Guid? id) => id is { } one && _names.ContainsKey(one);

    public static async Task<Names> OfAsync(
        AuthServerDbContext db, IEnumerable<Guid?> users, IEnumerable<Guid?> clients, CancellationToken cancellationToken)
    {
        Guid[] userIds = [.. users.OfType<Guid>().Distinct()];
        Guid[] clientIds = [.. clients.OfType<Guid>().Distinct()];
        var names = new Dictionary<Guid, string>();
        if (userIds.Length > 0)
        {
            foreach (var user in await db.Users.Where(u => userIds.Contains(u.Id)).Select(u => new { u.Id, Name = u.Email ?? u.UserName })
                .ToListAsync(cancellationToken))
            {
                names[user.Id] = user.Name ?? $"{user.Id}";
            }
        }

        if (clientIds.Length > 0)
        {
            foreach (var client in await db.Clients.Where(c => clientIds.Contains(c.Id)).Select(c => new { c.Id, Name = c.ClientName ?? c.ClientId })
                .ToListAsync(cancellationToken))
            {
                names[client.Id] = client.Name;
            }
        }

        return new Names(names);
    }

    /// <summary>The user that a person typed, by id or whole e-mail address; an id that nobody has where there is none.</summary>
    public static async Task<Guid?> FindUserAsync(AuthServerDbContext db, string? typed, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(typed))
        {
            return null;
        }

        var email = typed.Trim().ToUpperInvariant();
        return Guid.TryParse(typed, out var id) ? id : await db.Users.Where(u => u.NormalizedEmail == email).Select(u => u.Id).FirstOrDefaultAsync(cancellationToken);
    }

    /// <summary>The client that a person typed, by id or <c>client_id</c>; an id that no client has where there is none.</summary>
    public static async Task<Guid?> FindClientAsync(AuthServerDbContext db, string? typed, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(typed))
        {
            return null;
        }

        var name = typed.Trim();
        return Guid.TryParse(typed, out var id) ? id : await db.Clients.Where(c => c.ClientId == name).Select(c => c.Id).FirstOrDefaultAsync(cancellationToken);
    }
}
