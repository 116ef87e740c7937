using Microsoft.EntityFrameworkCore;

namespace AuthServer.Grants;

/// <summary>
/// Holds a family's session and grant still until the unit commits, parents first, so that no ID token is issued to a session whose end was
/// acknowledged. On SQLite the unit is the only writer anyway.
/// </summary>
internal static class ParentLocks
{
    public static async Task ShareAsync(AuthServerDbContext db, Guid familyId, CancellationToken cancellationToken)
    {
        if (!IsPostgreSql(db))
        {
            return;
        }

        await db.Database.SqlQuery<int>(
            $"""
            SELECT 1 AS "Value" FROM "LoginSessions" WHERE "Id" = (SELECT "SessionId" FROM "TokenFamilies" WHERE "Id" = {familyId}) FOR SHARE
            """).ToListAsync(cancellationToken);
        await db.Database.SqlQuery<int>(
            $"""
            SELECT 1 AS "Value" FROM "Grants" WHERE "Id" = (SELECT "GrantId" FROM "TokenFamilies" WHERE "Id" = {familyId}) FOR SHARE
            """).ToListAsync(cancellationToken);
    }

    /// <summary>
    /// Takes the session for writing where its use is to be written down in this unit (<see cref="SessionActivity"/>): two that shared it first, and
    /// then both wanted to write, would wait for each other.
    /// </summary>
    public static async Task HoldDueSessionAsync(AuthServerDbContext db, Guid familyId, DateTime now, CancellationToken cancellationToken)
    {
        if (IsPostgreSql(db))
        {
            var due = now - SessionActivity.Resolution;
            await db.Database.SqlQuery<int>(
                $"""
                SELECT 1 AS "Value" FROM "LoginSessions"
                WHERE "Id" = (SELECT "SessionId" FROM "TokenFamilies" WHERE "Id" = {familyId} AND NOT "Offline") AND "LastSeenAt" <= {due}
                FOR NO KEY UPDATE
                """).ToListAsync(cancellationToken);
        }
    }

    /// <summary>The same before a family is there: for the unit that makes it.</summary>
    public static async Task ShareSessionAsync(AuthServerDbContext db, Guid sid, CancellationToken cancellationToken)
    {
        if (IsPostgreSql(db))
        {
            await db.Database.SqlQuery<int>($"""SELECT 1 AS "Value" FROM "LoginSessions" WHERE "Id" = {sid} FOR SHARE""")
                .ToListAsync(cancellationToken);
        }
    }

    /// <summary>Keeps two consents to the same client from overwriting one another.</summary>
    public static async Task HoldGrantAsync(AuthServerDbContext db, Guid userId, Guid clientId, CancellationToken cancellationToken)
    {
        if (IsPostgreSql(db))
        {
            await db.Database.SqlQuery<int>(
                $"""
                SELECT 1 AS "Value" FROM "Grants" WHERE "UserId" = {userId} AND "ClientId" = {clientId} AND "Status" = 'valid' FOR UPDATE
                """).ToListAsync(cancellationToken);
        }
    }

    /// <summary>Lets one node at a time work on a sweep.</summary>
    public static async Task HoldSweepAsync(AuthServerDbContext db, Guid revocationId, CancellationToken cancellationToken)
    {
        if (IsPostgreSql(db))
        {
            await db.Database.SqlQuery<int>($"""SELECT 1 AS "Value" FROM "Sweeps" WHERE "RevocationId" = {revocationId} FOR UPDATE""")
                .ToListAsync(cancellationToken);
        }
    }

    private static bool IsPostgreSql(AuthServerDbContext db) => !db.IsSqlite;
}
