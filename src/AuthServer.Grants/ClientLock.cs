using Microsoft.EntityFrameworkCore;

namespace AuthServer.Grants;

/// <summary>
/// Holds a client still until the unit commits, for a unit that reads what it is registered with and then writes it: what others change meanwhile,
/// and acknowledge, would be written over. On SQLite the unit is the only writer anyway.
/// </summary>
public static class ClientLock
{
    /// <summary>Waits for whoever writes the client. What is read afterwards is what they committed.</summary>
    public static async Task TakeAsync(AuthServerDbContext db, Guid clientId, CancellationToken cancellationToken)
    {
        if (!db.IsSqlite)
        {
            // Not FOR UPDATE: rows that refer to the client may come meanwhile.
            await db.Database.SqlQuery<int>($"""SELECT 1 AS "Value" FROM "Clients" WHERE "Id" = {clientId} FOR NO KEY UPDATE""")
                .ToListAsync(cancellationToken);
        }
    }
}
