using System.Data.Common;
using System.Globalization;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace AuthServer.Database;

/// <summary>
/// An acknowledged write survives power loss: every connection flushes the log at commit. What SQLite keeps for the length of a statement it keeps in memory, where it would make a file
/// and delete it each time. For a file that another process keeps locked it waits itself, as long as the driver would: statements below the driver wait too.
/// </summary>
internal sealed class SqliteSettings : DbConnectionInterceptor
{
    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData)
    {
        using var command = Pragmas(connection);
        command.ExecuteNonQuery();
    }

    public override async Task ConnectionOpenedAsync(
        DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        await using var command = Pragmas(connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static DbCommand Pragmas(DbConnection connection)
    {
        var command = connection.CreateCommand();
        var wait = TimeSpan.FromSeconds(command.CommandTimeout);
#pragma warning disable CA2100 // A number.
        command.CommandText = string.Create(
            CultureInfo.InvariantCulture, $"PRAGMA synchronous = FULL; PRAGMA temp_store = MEMORY; PRAGMA busy_timeout = {wait.TotalMilliseconds:0};");
#pragma warning restore CA2100
        return command;
    }
}
