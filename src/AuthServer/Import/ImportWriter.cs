using System.Security.Cryptography;
using AuthServer.Grants;
using AuthServer.Grants.Entities;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Import;

/// <summary>Creates what of an import file is absent, in one unit. What exists stays as it is: an import never brings back what was withdrawn.</summary>
internal sealed partial class ImportWriter(
    IDbContextFactory<AuthServerDbContext> contexts,
    Writes writes,
    UserManager<User> users,
    IPasswordHasher<Client> secrets,
    TimeProvider time,
    ILogger<ImportWriter> logger)
{
    public async Task WriteAsync(ImportFile file, CancellationToken cancellationToken)
    {
        Absent absent;
        await using (var db = await contexts.CreateDbContextAsync(cancellationToken))
        {
            absent = await LookAsync(db, file, cancellationToken);
        }

        // Hashing is slow on purpose: before the unit, and only for who is absent.
        var now = time.GetUtcNow();
        var made = new Made(
            [.. file.Scopes.Select(scope => scope.Value).Where(scope => absent.Scopes.Contains(scope.Name!)).Select(NewScope)],
            [.. file.Clients.Select(client => client.Value).Where(client => absent.Clients.Contains(client.ClientId!)).Select(client => NewClient(client, now))],
            [.. file.Users.Select(user => user.Value).Where(user => absent.Users.Contains(users.NormalizeEmail(user.Email)!)).Select(user => NewUser(user, now))]);
        var (scopes, clients, people) = await writes.RunAsync((db, token) => AddAsync(db, file, made, now, token), cancellationToken);
        if (scopes + clients + people > 0)
        {
            LogImported(logger, scopes, clients, people);
        }
    }

    private async Task<Absent> LookAsync(AuthServerDbContext db, ImportFile file, CancellationToken cancellationToken)
    {
        string[] scopes = [.. file.Scopes.Select(scope => scope.Value.Name!)];
        string[] clients = [.. file.Clients.Select(client => client.Value.ClientId!)];
        string[] emails = [.. file.Users.Select(user => users.NormalizeEmail(user.Value.Email)!)];
        return new(
            [.. scopes.Except(await db.Scopes.Select(s => s.Name).Where(n => scopes.Contains(n)).ToListAsync(cancellationToken), StringComparer.Ordinal)],
            [.. clients.Except(await db.Clients.Select(c => c.ClientId).Where(c => clients.Contains(c)).ToListAsync(cancellationToken), StringComparer.Ordinal)],
            [.. emails.Except((await db.Users.Select(u => u.NormalizedEmail).Where(e => emails.Contains(e)).ToListAsync(cancellationToken)).OfType<string>(), StringComparer.Ordinal)]);
    }

    private async Task<(int Scopes, int Clients, int Users)> AddAsync(
        AuthServerDbContext db, ImportFile file, Made made, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await InstallationLock.TakeAsync(db, cancellationToken);
        var absent = await LookAsync(db, file, cancellationToken);
        Scope[] scopes = [.. made.Scopes.Where(scope => absent.Scopes.Contains(scope.Name))];
        Client[] clients = [.. made.Clients.Where(client => absent.Clients.Contains(client.ClientId))];
        (User User, IReadOnlyList<string> Roles)[] people = [.. made.Users.Where(person => absent.Users.Contains(person.User.NormalizedEmail!))];

        db.Scopes.AddRange(scopes);
        db.Clients.AddRange(clients);
        db.Users.AddRange(people.Select(person => person.User));
        await AddRolesAsync(db, people, now, cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
        return (scopes.Length, clients.Length, people.Length);
    }

    private async Task AddRolesAsync(
        AuthServerDbContext db, (User User, IReadOnlyList<string> Roles)[] people, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var roles = await db.Roles.ToDictionaryAsync(role => role.NormalizedName ?? "", role => role.Id, StringComparer.Ordinal, cancellationToken);
        foreach (var (user, names) in people)
        {
            foreach (var name in names.DistinctBy(users.NormalizeName, StringComparer.Ordinal))
            {
                var normalized = users.NormalizeName(name)!;
                if (!roles.TryGetValue(normalized, out var id))
                {
                    id = roles[normalized] = Guid.CreateVersion7(now);
                    db.Roles.Add(new IdentityRole<Guid> { Id = id, Name = name, NormalizedName = normalized, ConcurrencyStamp = Stamp() });
                }

                db.UserRoles.Add(new IdentityUserRole<Guid> { UserId = user.Id, RoleId = id });
            }
        }
    }

    private static Scope NewScope(ScopeMetadata scope) =>
        new() { Name = scope.Name!, Description = scope.Description!, Resources = [.. scope.Resources], Claims = [.. scope.Claims] };

    private Client NewClient(Protocol.ClientMetadata metadata, DateTimeOffset now)
    {
        var client = metadata.NewClient(Guid.CreateVersion7(now), now.UtcDateTime);
        client.ClientSecretHash = metadata.ClientSecret is { } secret ? secrets.HashPassword(client, secret) : null;
        return client;
    }

    private (User User, IReadOnlyList<string> Roles) NewUser(UserMetadata person, DateTimeOffset now)
    {
        var user = new User
        {
            Id = Guid.CreateVersion7(now),
            UserName = person.Email,
            NormalizedUserName = users.NormalizeName(person.Email),
            Email = person.Email,
            NormalizedEmail = users.NormalizeEmail(person.Email),
            EmailConfirmed = person.EmailVerified,
            SecurityStamp = Stamp(),
            ConcurrencyStamp = Stamp(),
            LockoutEnabled = true,
            Name = person.Name,
            GivenName = person.GivenName,
            FamilyName = person.FamilyName,
            Picture = person.Picture,
            Website = person.Website,
            Birthdate = person.Birthdate,
            Zoneinfo = person.Zoneinfo,
            Locale = person.Locale,
            Address = person.Address,
            PhoneNumber = person.PhoneNumber,
            UpdatedAt = now.UtcDateTime,
        };
        user.PasswordHash = users.PasswordHasher.HashPassword(user, person.Password!);
        return (user, person.Roles);
    }

    private static string Stamp() => RandomNumberGenerator.GetHexString(32);

    [LoggerMessage(3001, LogLevel.Information, "Imported {Scopes} scope(s), {Clients} client(s) and {Users} user(s) that were absent.")]
    private static partial void LogImported(ILogger logger, int scopes, int clients, int users);

    private sealed record Absent(HashSet<string> Scopes, HashSet<string> Clients, HashSet<string> Users);

    private sealed record Made(
        IReadOnlyList<Scope> Scopes, IReadOnlyList<Client> Clients, IReadOnlyList<(User User, IReadOnlyList<string> Roles)> Users);
}
