using AuthServer.Grants;
using AuthServer.Grants.Entities;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Admin;

/// <summary>
/// Which users are asked for: those whose e-mail address begins so, in its order, then those whose name alone does. Each is a walk along an index
/// from where the page before ended.
/// </summary>
/// <param name="Begins">In upper case; empty: everybody.</param>
/// <param name="DisabledOnly">Only who is disabled.</param>
internal sealed record UserFilter(string Begins, bool DisabledOnly)
{
    // It comes after every character.
    private const string Last = "\uffff";

    /// <summary>A page of them.</summary>
    /// <param name="db">Where they are.</param>
    /// <param name="after">The last of the page before; null: from the first on.</param>
    /// <param name="byName">That one was found by the name.</param>
    /// <param name="size">How many at most.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The rows; the last of them, and whether it was found by its name, where there are more.</returns>
    public async Task<(IReadOnlyList<User> Rows, (Guid After, bool ByName)? Next)> PageAsync(
        AuthServerDbContext db, Guid? after, bool byName, int size, CancellationToken cancellationToken)
    {
        var end = Begins + Last;
        var users = DisabledOnly ? db.Users.AsNoTracking().Where(u => u.Disabled) : db.Users.AsNoTracking();
        var last = after is null ? null : await db.Users.Where(u => u.Id == after).Select(u => new { u.Id, u.NormalizedEmail, u.NormalizedName })
            .FirstOrDefaultAsync(cancellationToken);
        var found = new List<User>();
        if (!byName)
        {
            var (email, id) = (last?.NormalizedEmail ?? Begins, last?.Id ?? Guid.Empty);
            found = await users
                .Where(u => string.Compare(u.NormalizedEmail, email) >= 0 && string.Compare(u.NormalizedEmail, end) < 0)
                .Where(u => u.NormalizedEmail != email || u.Id > id)
                .OrderBy(u => u.NormalizedEmail).ThenBy(u => u.Id).Take(size + 1).ToListAsync(cancellationToken);
        }

        var byEmail = found.Count;
        if (Begins.Length > 0 && byEmail <= size)
        {
            var (name, id) = byName && last is not null ? (last.NormalizedName ?? Begins, last.Id) : (Begins, Guid.Empty);
            found.AddRange(await users
                .Where(u => string.Compare(u.NormalizedName, name) >= 0 && string.Compare(u.NormalizedName, end) < 0)
                .Where(u => u.NormalizedName != name || u.Id > id)
                .Where(u => u.NormalizedEmail == null || string.Compare(u.NormalizedEmail, Begins) < 0 || string.Compare(u.NormalizedEmail, end) >= 0)
                .OrderBy(u => u.NormalizedName).ThenBy(u => u.Id).Take(size + 1 - byEmail).ToListAsync(cancellationToken));
        }

        return found.Count > size ? (found[..size], (found[size - 1].Id, size > byEmail)) : (found, null);
    }
}
