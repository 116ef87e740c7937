using System.Security.Cryptography;
using AuthServer.Grants;
using AuthServer.Grants.Entities;
using AuthServer.Grants.Revocation;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Admin;

/// <summary>Makes users, and changes what is written about them: each in one transaction, with its roles.</summary>
internal sealed class UserEditing(AuthServerDbContext db, Writes writes, UserManager<User> users, AuditLog audit, TimeProvider time)
{
    /// <summary>Why it cannot be; nothing: it is done.</summary>
    /// <param name="form">What was typed.</param>
    /// <param name="password">Null: the user chooses one by a link.</param>
    /// <param name="actor">Who does it.</param>
    /// <param name="cancellationToken">Counts until the write is taken up.</param>
    public async Task<(Guid Id, IReadOnlyList<string> Problems)> CreateAsync(
        UserForm form, string? password, RevocationActor actor, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var user = new User { Id = Guid.CreateVersion7(now), LockoutEnabled = true, ConcurrencyStamp = NewStamp(), SecurityStamp = NewStamp() };
        Write(user, form, now.UtcDateTime);
        List<string> problems = [.. await ProblemsAsync(user)];
        if (password is not null)
        {
            foreach (var validator in users.PasswordValidators)
            {
                problems.AddRange((await validator.ValidateAsync(users, user, password)).Errors.Select(error => error.Description));
            }
        }

        if (problems.Count > 0)
        {
            return (user.Id, problems);
        }

        user.PasswordHash = password is null ? null : users.PasswordHasher.HashPassword(user, password);
        return (user.Id, await TryAsync(
            async (unit, token) =>
            {
                unit.Users.Add(user);
                await WriteRolesAsync(unit, user.Id, form.RoleNames, now, token);
                await unit.SaveChangesAsync(token);
            },
            () => audit.UserMade(user.Id, Roles(form), actor.Id, actor.Address),
            cancellationToken));
    }

    /// <summary>Why it cannot be; nothing: it is done.</summary>
    public async Task<IReadOnlyList<string>> ChangeAsync(Guid id, UserForm form, RevocationActor actor, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var stamp = NewStamp();
        if (await db.Users.AsNoTracking().FirstOrDefaultAsync(u => u.Id == id, cancellationToken) is not { } read || read.ConcurrencyStamp != form.Stamp)
        {
            return [Changed];
        }

        Write(read, form, now.UtcDateTime);
        return await ProblemsAsync(read) is { Count: > 0 } problems ? problems : await TryAsync(
            async (unit, token) =>
            {
                var user = await unit.Users.AsTracking().FirstOrDefaultAsync(u => u.Id == id && u.ConcurrencyStamp == form.Stamp, token)
                    ?? throw new DbUpdateConcurrencyException();
                if (Write(user, form, now.UtcDateTime))
                {
                    user.SecurityStamp = stamp; // Links that were mailed to the address before are dead.
                }

                user.ConcurrencyStamp = stamp;
                await WriteRolesAsync(unit, id, form.RoleNames, now, token);
                await unit.SaveChangesAsync(token);
            },
            () => audit.UserChanged(id, Roles(form), actor.Id, actor.Address),
            cancellationToken);
    }

    private const string Changed = "Somebody changed this user at the same moment, or the address is taken. Nothing was done; look again.";

    private async Task<IReadOnlyList<string>> ProblemsAsync(User user)
    {
        var problems = new List<string>();
        foreach (var validator in users.UserValidators)
        {
            // The user name is the e-mail address: one problem is enough.
            problems.AddRange((await validator.ValidateAsync(users, user)).Errors
                .Where(error => error.Code is not nameof(IdentityErrorDescriber.DuplicateUserName)).Select(error => error.Description));
        }

        return problems;
    }

    /// <returns>Whether the address is another one.</returns>
    private bool Write(User user, UserForm form, DateTime now)
    {
        var email = form.Email.Trim();
        var moved = user.Email is not null && user.Email != email;
        (user.UserName, user.Email) = (email, email);
        (user.NormalizedUserName, user.NormalizedEmail) = (users.NormalizeName(email), users.NormalizeEmail(email));
        user.EmailConfirmed = true; // The operator vouches for it.
        user.Name = string.IsNullOrWhiteSpace(form.Name) ? null : form.Name.Trim();
        user.UpdatedAt = now;
        return moved;
    }

    private async Task WriteRolesAsync(AuthServerDbContext unit, Guid userId, IReadOnlyList<string> names, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var wanted = names.ToDictionary(name => users.NormalizeName(name)!, StringComparer.Ordinal);
        var roles = await unit.Roles.AsTracking().Where(r => wanted.Keys.Contains(r.NormalizedName!)).ToListAsync(cancellationToken);
        var held = await unit.UserRoles.AsTracking().Where(ur => ur.UserId == userId).ToListAsync(cancellationToken);
        foreach (var (normalized, name) in wanted)
        {
            if (roles.Find(role => role.NormalizedName == normalized) is not { } role)
            {
                role = new IdentityRole<Guid> { Id = Guid.CreateVersion7(now), Name = name, NormalizedName = normalized, ConcurrencyStamp = NewStamp() };
                unit.Roles.Add(role);
                roles.Add(role);
            }

            if (held.TrueForAll(one => one.RoleId != role.Id))
            {
                unit.UserRoles.Add(new IdentityUserRole<Guid> { UserId = userId, RoleId = role.Id });
            }
        }

        unit.UserRoles.RemoveRange(held.Where(one => roles.TrueForAll(role => role.Id != one.RoleId)));
    }

    private async Task<IReadOnlyList<string>> TryAsync(
        Func<AuthServerDbContext, CancellationToken, Task> unit, Action done, CancellationToken cancellationToken)
    {
        try
        {
            await writes.RunAsync(unit, cancellationToken);
            done();
            return [];
        }
        catch (DbUpdateException)
        {
            // Asked before, and somebody was quicker: of the stamp or of the address.
            return [Changed];
        }
    }

    private static string Roles(UserForm form) => string.Join(' ', form.RoleNames.Order(StringComparer.Ordinal));

    private static string NewStamp() => RandomNumberGenerator.GetHexString(32);
}
