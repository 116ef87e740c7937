using System.Data;
using System.Data.Common;
using AuthServer.Grants.Entities;
using AuthServer.Grants.Revocation;
using Microsoft.Data.Sqlite;

namespace AuthServer.Grants;

/// <summary>
/// The statements that every token passes, below EF, for one connection. They mirror the model of <see cref="AuthServerDbContext"/> and the
/// predicate of <see cref="Liveness.AliveFamilies"/>; tests hold that both agree (docs/decisions/0020).
/// </summary>
internal sealed class HotStatements : IDisposable
{
    private const string Installation = """ i."Epoch", i."KeysVersion", i."RegistryVersion" """;

    private const string ReadInstallation = $"""
        SELECT {Installation}, EXISTS (SELECT 1 FROM "RevokedAccessTokens" t WHERE t."Jti" = @jti)
        FROM "Installation" i WHERE i."Id" = 1
        """;

    // Everything by primary key. The client is not among it: the registry has it, and its version is read here.
    private const string ReadFamily = $"""
        SELECT {Installation}, EXISTS (SELECT 1 FROM "RevokedAccessTokens" t WHERE t."Jti" = @jti),
          f."Id", f."GrantId", f."UserId", f."ClientId", f."SessionId", f."Scope", f."Resources", f."Claims", f."RedirectUri", f."RedirectUriRequired",
          f."CodeChallenge", f."Nonce", f."AuthTime", f."Acr", f."Amr", f."Jkt", f."Offline", f."SurvivesLogout", f."CreatedAt", f."IdleExpiresAt",
          f."ExpiresAt", f."Generation", f."Stamp", f."RotatedAt", f."InstallationEpoch", f."UserEpoch", f."ClientEpoch", f."Status", f."EndedAt",
          g."Status", g."Scope",
          s."Status", s."LastSeenAt", s."IdleExpiresAt", s."ExpiresAt", s."UserEpoch",
          u."Disabled", u."Epoch", u."UserName", u."Email", u."EmailConfirmed", u."PhoneNumber", u."PhoneNumberConfirmed", u."Name", u."GivenName",
          u."FamilyName", u."Picture", u."Website", u."Birthdate", u."Zoneinfo", u."Locale", u."Address", u."UpdatedAt"
        FROM "Installation" i
        LEFT JOIN "TokenFamilies" f ON f."Id" = @family
        LEFT JOIN "Grants" g ON g."Id" = f."GrantId"
        LEFT JOIN "LoginSessions" s ON s."Id" = f."SessionId"
        LEFT JOIN "Users" u ON u."Id" = f."UserId"
        WHERE i."Id" = 1
        """;

    private const string Alive = """
        f."Status" = 'valid' AND f."ExpiresAt" > @now AND f."IdleExpiresAt" > @now
          AND EXISTS (SELECT 1 FROM "Installation" i WHERE i."Epoch" = f."InstallationEpoch")
          AND EXISTS (SELECT 1 FROM "Users" u WHERE u."Id" = f."UserId" AND NOT u."Disabled" AND u."Epoch" = f."UserEpoch")
          AND EXISTS (SELECT 1 FROM "Clients" c WHERE c."Id" = f."ClientId" AND NOT c."Disabled" AND c."Epoch" = f."ClientEpoch")
          AND EXISTS (SELECT 1 FROM "Grants" g WHERE g."Id" = f."GrantId" AND g."Status" = 'valid')
          AND (f."SessionId" IS NULL OR EXISTS (SELECT 1 FROM "LoginSessions" s WHERE s."Id" = f."SessionId"
            AND ((s."Status" = 'valid' AND s."ExpiresAt" > @now AND s."IdleExpiresAt" > @now AND s."UserEpoch" = f."UserEpoch")
              OR (f."Offline" AND (s."Status" <> 'revoked' OR f."SurvivesLogout")
                AND EXISTS (SELECT 1 FROM "Grants" g, "Clients" c WHERE g."Id" = f."GrantId" AND c."Id" = f."ClientId"
                  AND REPLACE(' ' || f."Scope" || ' ', ' offline_access ', '') <> ' ' || f."Scope" || ' '
                  AND REPLACE(' ' || g."Scope" || ' ', ' offline_access ', '') <> ' ' || g."Scope" || ' '
                  AND REPLACE(' ' || c."Scope" || ' ', ' offline_access ', '') <> ' ' || c."Scope" || ' ')))))
        """;

    private const string Rotate = $"""
        UPDATE "TokenFamilies" AS f
        SET "Generation" = f."Generation" + 1, "Stamp" = @next, "Jkt" = COALESCE(f."Jkt", @jkt), "RotatedAt" = @now, "IdleExpiresAt" = @idle
        WHERE f."Id" = @family AND f."Generation" = @generation AND f."Generation" > 0 AND f."Stamp" = @stamp AND {Alive}
        RETURNING
          (SELECT i."KeysVersion" FROM "Installation" i WHERE i."Id" = 1), (SELECT i."RegistryVersion" FROM "Installation" i WHERE i."Id" = 1),
          (SELECT g."Scope" FROM "Grants" g WHERE g."Id" = "GrantId")
        """;

    private const string RevokeFamily = """
        UPDATE "TokenFamilies" SET "Status" = 'revoked', "EndedAt" = @now WHERE "Id" = @family AND "Status" = 'valid' AND "ClientId" = COALESCE(@client, "ClientId")
          AND EXISTS (SELECT 1 FROM "Installation" i WHERE i."RegistryVersion" = COALESCE(@registry, i."RegistryVersion"))
        RETURNING "UserId", "ClientId"
        """;

    private const string Record = """
        INSERT INTO "Revocations" ("Id", "At", "Cause", "TargetKind", "TargetId", "Jti", "UserId", "ClientId", "ActorKind", "ActorId", "Address",
          "CorrelationId", "Reason", "Scope", "Sessions", "Grants", "Families", "Completes")
        VALUES (@id, @at, @cause, @kind, @target, @jti, @user, @client, @actorKind, @actor, @address, @correlation, @reason, @scope, @sessions, @grants,
          @families, @completes)
        """;

    private readonly HotStatement _savepoint;
    private readonly HotStatement _release;
    private readonly HotStatement _undo;
    private readonly HotStatement _readInstallation;
    private readonly HotStatement _readFamily;
    private readonly HotStatement _rotate;
    private readonly HotStatement _revokeFamily;
    private readonly HotStatement _record;

    /// <param name="connection">It is open, and stays so as long as these are used.</param>
    /// <param name="watch">Who is told of each.</param>
    public HotStatements(DbConnection connection, StatementWatch watch)
    {
        (_readInstallation, _readFamily, _rotate, _revokeFamily, _record) = (Of(ReadInstallation), Of(ReadFamily), Of(Rotate), Of(RevokeFamily), Of(Record));

        // Nobody's statements: they only keep the units of one transaction apart.
        (_savepoint, _release, _undo) = (Unwatched("SAVEPOINT unit"), Unwatched("RELEASE unit"), Unwatched("ROLLBACK TO unit"));

        HotStatement Of(string text) => Make(text, watch);
        HotStatement Unwatched(string text) => Make(text, new StatementWatch());
        HotStatement Make(string text, StatementWatch told) =>
            connection is SqliteConnection sqlite ? new SqliteStatement(sqlite.Handle!, text, told) : new DriverStatement(connection, text, told);
    }

    /// <summary>Before the connection is closed: others may be given it.</summary>
    public void Dispose()
    {
        foreach (var statement in (ReadOnlySpan<HotStatement>)[_savepoint, _release, _undo, _readInstallation, _readFamily, _rotate, _revokeFamily, _record])
        {
            statement.Dispose();
        }
    }

    /// <summary>Begins a unit within a transaction.</summary>
    public Task SetAsync(DbTransaction? transaction) => _savepoint.With(transaction).ExecuteAsync(CancellationToken.None);

    /// <summary>Ends it.</summary>
    public Task ReleaseAsync(DbTransaction? transaction) => _release.With(transaction).ExecuteAsync(CancellationToken.None);

    /// <summary>Ends it as if it had not been.</summary>
    public async Task UndoAsync(DbTransaction? transaction)
    {
        await _undo.With(transaction).ExecuteAsync(CancellationToken.None);
        await ReleaseAsync(transaction);
    }

    /// <summary>The installation's row, and whether the access token <paramref name="jti"/> was withdrawn alone; the client is left to the registry.</summary>
    public Task<ClientTokenState?> ReadInstallationAsync(string? jti, CancellationToken cancellationToken) =>
        _readInstallation.With(transaction: null, ("@jti", Typed(jti))).ReadAsync(
            row => new ClientTokenState(Client: null, InstallationOf(row), row.Flag()), cancellationToken);

    /// <summary>A family with its ancestors; the client is left to the registry. Null where the database has no installation.</summary>
    public Task<FamilyReading?> ReadFamilyAsync(DbTransaction? transaction, Guid familyId, string? jti, CancellationToken cancellationToken) =>
        _readFamily.With(transaction, ("@jti", Typed(jti)), ("@family", familyId)).ReadAsync(FamilyOf, cancellationToken);

    /// <summary>Moves the family to its next generation, if it is alive and this is its current one; null where it is not.</summary>
    public Task<Rotated?> RotateAsync(
        DbTransaction? transaction, Guid familyId, int generation, byte[] stamp, byte[] next, string? jkt, DateTime now, DateTime idleExpiresAt, CancellationToken cancellationToken) =>
        _rotate.With(
            transaction, ("@next", next), ("@jkt", Typed(jkt)), ("@now", now), ("@idle", idleExpiresAt), ("@family", familyId), ("@generation", generation), ("@stamp", stamp))
            .ReadAsync(row => new Rotated(row.Long(), row.Long(), row.Text()), cancellationToken);

    /// <summary>Withdraws the family where it is valid: for the cascade alone. Whose it was; null where it was not.</summary>
    public Task<FamilyOwner?> RevokeFamilyAsync(DbTransaction? transaction, RevocationTarget.Family family, DateTime now, CancellationToken cancellationToken) =>
        _revokeFamily.With(transaction, ("@now", now), ("@family", family.Id), ("@client", Typed(family.OfClient)), ("@registry", Typed(family.AtRegistry)))
            .ReadAsync(row => new FamilyOwner(row.Id(), row.Id()), cancellationToken);

    /// <summary>Writes a line of the ledger.</summary>
    public Task RecordAsync(DbTransaction? transaction, RevocationEntry entry, CancellationToken cancellationToken) => _record.With(
        transaction,
        ("@id", entry.Id), ("@at", entry.At), ("@cause", StoredForms.Words<RevocationCause>.Of(entry.Cause)),
        ("@kind", StoredForms.Words<RevocationTargetKind>.Of(entry.TargetKind)), ("@target", entry.TargetId), ("@jti", Typed(entry.Jti)),
        ("@user", Typed(entry.UserId)), ("@client", Typed(entry.ClientId)), ("@actorKind", StoredForms.Words<RevocationActorKind>.Of(entry.ActorKind)),
        ("@actor", Typed(entry.ActorId)), ("@address", Typed(entry.Address)), ("@correlation", Typed(entry.CorrelationId)), ("@reason", Typed(entry.Reason)),
        ("@scope", Typed(entry.Scope)),
        ("@sessions", entry.Sessions), ("@grants", entry.Grants), ("@families", entry.Families), ("@completes", Typed(entry.Completes)))
        .ExecuteAsync(cancellationToken);

    // A parameter without a value has its type too: PostgreSQL's driver keeps a statement prepared for one list of types, and would prepare it never again for another.
    private static object Typed(string? text) => text ?? (object)DbType.String;

    private static object Typed(Guid? id) => id ?? (object)DbType.Guid;

    private static object Typed(long? number) => number ?? (object)DbType.Int64;

    private static InstallationState InstallationOf(HotRow row) => new(row.Long(), row.Long(), row.Long());

    private static FamilyReading FamilyOf(HotRow row)
    {
        var installation = InstallationOf(row);
        var revoked = row.Flag();
        return new FamilyReading(installation, row.NextIsNull
            ? null
            : new FamilyState(TokenFamily.Read(row), GrantOf(row), Client: null, Session: SessionOf(row), User: UserOf(row), Installation: installation, AccessTokenRevoked: revoked));
    }

    private static FamilyGrant? GrantOf(HotRow row)
    {
        if (!row.NextIsNull)
        {
            return new FamilyGrant(row.Word<Status>(), row.Text());
        }

        row.Skip(2);
        return null;
    }

    private static FamilySession? SessionOf(HotRow row)
    {
        if (!row.NextIsNull)
        {
            return new FamilySession(row.Word<Status>(), row.Instant(), row.Instant(), row.Instant(), row.Int());
        }

        row.Skip(5);
        return null;
    }

    private static FamilyUser? UserOf(HotRow row) => row.NextIsNull ? null : new FamilyUser
    {
        Disabled = row.Flag(),
        Epoch = row.Int(),
        UserName = row.TextOrNull(),
        Email = row.TextOrNull(),
        EmailConfirmed = row.Flag(),
        PhoneNumber = row.TextOrNull(),
        PhoneNumberConfirmed = row.Flag(),
        Name = row.TextOrNull(),
        GivenName = row.TextOrNull(),
        FamilyName = row.TextOrNull(),
        Picture = row.TextOrNull(),
        Website = row.TextOrNull(),
        Birthdate = row.TextOrNull(),
        Zoneinfo = row.TextOrNull(),
        Locale = row.TextOrNull(),
        Address = row.TextOrNull(),
        UpdatedAt = row.Instant(),
    };

    /// <summary>What else was so when a family was rotated: who has read the same before need not read it again.</summary>
    internal sealed record Rotated(long KeysVersion, long RegistryVersion, string GrantScope);

    internal sealed record FamilyOwner(Guid UserId, Guid ClientId);
}
