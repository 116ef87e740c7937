using System.Security.Cryptography;
using AuthServer.Grants;
using AuthServer.Grants.Entities;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Import;

/// <summary>
/// Creates what of an import file is absent, in one unit. What exists stays as it is, and what an earlier import made or found is not made again: an
/// import never brings back what was withdrawn.
/// </summary>
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
        Found found;
        await using (var db = await contexts.CreateDbContextAsync(cancellationToken))
        {
            found = await LookAsync(db, file, cancellationToken);
        }

        if (found.Gone.Count > 0)
        {
            LogLeftOut(logger, Count(ImportedKind.Scope), Count(ImportedKind.Client), Count(ImportedKind.User));
        }

        // As at every start but the file's first: nothing is written then (docs/decisions/0021).
        if (found.Unmet.Count == 0)
        {
            return;
        }

        // Hashing is slow on purpose: before the unit, and only for who is absent.
        var now = time.GetUtcNow();
        var made = new Made(
            [.. file.Scopes.Select(scope => scope.Value).Where(scope => found.Absent.Contains(NameOf(scope))).Select(NewScope)],
            [.. file.Clients.Select(client => client.Value).Where(client => found.Absent.Contains(NameOf(client))).Select(client => NewClient(client, now))],
            [.. file.Users.Select(user => user.Value).Where(user => found.Absent.Contains(NameOf(user))).Select(user => NewUser(user, now))]);
        var (scopes, clients, people) = await writes.RunAsync((db, token) => AddAsync(db, file, made, now, token), cancellationToken);
        if (scopes + clients + people > 0)
        {
            LogImported(logger, scopes, clients, people);
        }

        int Count(ImportedKind kind) => found.Gone.Count(name => name.Kind == kind);
    }

    private async Task<Found> LookAsync(AuthServerDbContext db, ImportFile file, CancellationToken cancellationToken)
    {
        string[] scopes = [.. file.Scopes.Select(scope => scope.Value.Name!)];
        string[] clients = [.. file.Clients.Select(client => client.Value.ClientId!)];
        string[] emails = [.. file.Users.Select(user => users.NormalizeEmail(user.Value.Email)!)];
        ImportedName[] present =
        [
            .. Names(ImportedKind.Scope, await db.Scopes.Select(s => s.Name).Where(n => scopes.Contains(n)).ToListAsync(cancellationToken)),
            .. Names(ImportedKind.Client, await db.Clients.Select(c => c.ClientId).Where(c => clients.Contains(c)).ToListAsync(cancellationToken)),
            .. Names(ImportedKind.User, (await db.Users.Select(u => u.NormalizedEmail).Where(e => emails.Contains(e)).ToListAsync(cancellationToken)).OfType<string>()),
        ];

        ImportedName[] all = [.. Names(ImportedKind.Scope, scopes), .. Names(ImportedKind.Client, clients), .. Names(ImportedKind.User, emails)];
        var digests = all.ToDictionary(name => name, name => name.Digest());
        var values = digests.Values.ToList();
        var recorded = (await db.ImportedItems.Where(item => values.Contains(item.Digest)).ToListAsync(cancellationToken))
            .Select(item => (item.Kind, Convert.ToHexString(item.Digest))).ToHashSet();
        HashSet<ImportedName> met = [.. all.Where(name => recorded.Contains((name.Kind, Convert.ToHexString(digests[name]))))];
        return new([.. all.Except(present).Except(met)], [.. all.Except(met)], [.. met.Except(present)]);
    }

    private async Task<(int Scopes, int Clients, int Users)> AddAsync(
        AuthServerDbContext db, ImportFile file, Made made, DateTimeOffset now, CancellationToken cancellationToken)
    {
        await InstallationLock.TakeAsync(db, cancellationToken);
        var found = await LookAsync(db, file, cancellationToken);
        Scope[] scopes = [.. made.Scopes.Where(scope => found.Absent.Contains(new(ImportedKind.Scope, scope.Name)))];
        Client[] clients = [.. made.Clients.Where(client => found.Absent.Contains(new(ImportedKind.Client, client.ClientId)))];
        (User User, IReadOnlyList<string> Roles)[] people =
            [.. made.Users.Where(person => found.Absent.Contains(new(ImportedKind.User, person.User.NormalizedEmail!)))];

        db.Scopes.AddRange(scopes);
        db.Clients.AddRange(clients);
        db.Users.AddRange(people.Select(person => person.User));

        // Those too that were there a moment ago and are not any more.
        db.ImportedItems.AddRange(found.Unmet.Select(name => new ImportedItem { Digest = name.Digest(), Kind = name.Kind }));
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

    private static IEnumerable<ImportedName> Names(ImportedKind kind, IEnumerable<string> names) => names.Select(name => new ImportedName(kind, name));

    private static ImportedName NameOf(ScopeMetadata scope) => new(ImportedKind.Scope, scope.Name!);

    private static ImportedName NameOf(Protocol.ClientMetadata client) => new(ImportedKind.Client, client.ClientId!);

    private ImportedName NameOf(UserMetadata user) => new(ImportedKind.User, users.NormalizeEmail(user.Email)!);

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

    [LoggerMessage(3002, LogLevel.Information,
        "Left out {Scopes} scope(s), {Clients} client(s) and {Users} user(s) of the import: they were imported before, and deleted or renamed since.")]
    private static partial void LogLeftOut(ILogger logger, int scopes, int clients, int users);

    /// <param name="Absent">To be made: not there, and no import has met it.</param>
    /// <param name="Unmet">To be written down, there or not.</param>
    /// <param name="Gone">Met once, and not there any more.</param>
    private sealed record Found(HashSet<ImportedName> Absent, HashSet<ImportedName> Unmet, HashSet<ImportedName> Gone);

    private sealed record Made(
        IReadOnlyList<Scope> Scopes, IReadOnlyList<Client> Clients, IReadOnlyList<(User User, IReadOnlyList<string> Roles)> Users);
}
