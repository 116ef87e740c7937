using System.Data.Common;
using System.Text.Json;
using System.Text.RegularExpressions;
using AuthServer.Database;
using AuthServer.Grants.Revocation;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace AuthServer.Tests.Growth;

/// <summary>Has the database run a statement once more, say how, and forget it.</summary>
public sealed partial class Plans(DatabaseProvider provider, string connectionString)
{
    private const int Hundred = 100;

    // A count that stops finds so many soon, where it need not look for them by an index because most rows fit.
    private const int Counted = 5 * RevocationReceipt.CountLimit;

    // In the order of the rows, with a limit, is a scan too; who has done so little has not been through a table.
    private const int Few = 100;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async Task<Footprint> ExplainAsync(Recorder.Statement statement)
    {
        await using DbConnection connection = provider == DatabaseProvider.Sqlite
            ? new SqliteConnection(connectionString)
            : new NpgsqlConnection(connectionString);
        await connection.OpenAsync(Cancellation);
        await using var transaction = await connection.BeginTransactionAsync(Cancellation);
        await using var command = connection.CreateCommand();
        command.Transaction = transaction;
        foreach (var parameter in statement.Parameters.Where(parameter => Regex.IsMatch(statement.Text, $@"{Regex.Escape(parameter.ParameterName)}\b", RegexOptions.None, TimeSpan.FromSeconds(1))))
        {
            command.Parameters.Add(Recorder.Copy(parameter));
        }

        var footprint = connection is SqliteConnection sqlite
            ? await ExplainAsync(sqlite, (SqliteCommand)command, statement.Text)
            : await ExplainAsync(command, statement.Text);
        await transaction.RollbackAsync(Cancellation);
        return footprint;
    }

    private static async Task<Footprint> ExplainAsync(DbCommand command, string text)
    {
        command.CommandText = $"EXPLAIN (ANALYZE, BUFFERS, TIMING OFF, FORMAT JSON) {text}";
        var json = (string)(await command.ExecuteScalarAsync(Cancellation))!;
        using var document = JsonDocument.Parse(json);
        var plan = document.RootElement[0].GetProperty("Plan");
        var whole = new List<string>();
        Walk(plan, whole);
        return new(whole, plan.GetProperty("Shared Hit Blocks").GetInt64() + plan.GetProperty("Shared Read Blocks").GetInt64(), json);
    }

    private static double Read(JsonElement node) => node.GetProperty("Actual Loops").GetDouble()
        * (node.GetProperty("Actual Rows").GetDouble() + (node.TryGetProperty("Rows Removed by Filter", out var removed) ? removed.GetDouble() : 0));

    // What was planned and never run has read nothing, and a count that stops has not read all.
    private static void Walk(JsonElement node, List<string> whole)
    {
        if (node.GetProperty("Node Type").GetString() is "Seq Scan" && Read(node) > Counted)
        {
            whole.Add(node.GetProperty("Relation Name").GetString()!);
        }

        if (node.TryGetProperty("Plans", out var children))
        {
            foreach (var child in children.EnumerateArray())
            {
                Walk(child, whole);
            }
        }
    }

    private static async Task<Footprint> ExplainAsync(SqliteConnection connection, SqliteCommand command, string text)
    {
        command.CommandText = $"EXPLAIN QUERY PLAN {text}";
        var steps = new List<string>();
        await using (var reader = await command.ExecuteReaderAsync(Cancellation))
        {
            while (await reader.ReadAsync(Cancellation))
            {
                steps.Add(reader.GetString(3));
            }
        }

        var work = 0L;
        command.CommandText = text;
        SQLitePCL.raw.sqlite3_progress_handler(
            connection.Handle,
            Hundred,
            _ =>
            {
                work++;
                return 0;
            },
            null);
        try
        {
            await using var reader = await command.ExecuteReaderAsync(Cancellation);
            while (await reader.ReadAsync(Cancellation))
            {
                // Rows are fetched as the server fetches them.
            }
        }
        finally
        {
            SQLitePCL.raw.sqlite3_progress_handler(connection.Handle, 0, null, null);
        }

        var names = Named().Matches(text).GroupBy(match => match.Groups["alias"].Value, match => match.Groups["table"].Value, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.First(), StringComparer.Ordinal);
        var whole = steps.Select(step => Scanned().Match(step)).Where(match => match.Success)
            .Select(match => names.GetValueOrDefault(match.Groups["alias"].Value)).OfType<string>().ToList();
        return new(work > Few ? whole : [], work, string.Join('\n', steps));
    }

    [GeneratedRegex("\"(?<table>\\w+)\" AS \"(?<alias>\\w+)\"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Named();

    // A scan along an index stops where the page is full; how far it went, the work tells.
    [GeneratedRegex("^SCAN (?<alias>\\w+)$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Scanned();
}
