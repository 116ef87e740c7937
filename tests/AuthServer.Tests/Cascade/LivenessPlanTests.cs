using AuthServer.Database;
using AuthServer.Grants.Revocation;
using AuthServer.Tests.Fixtures;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Tests.Cascade;

/// <summary>However many families there are, one is found by keys. SQLite says so whatever the tables hold.</summary>
public sealed class LivenessPlanTests() : StorageFacts(DatabaseProvider.Sqlite)
{
    [Fact]
    public async Task Family_is_read_by_primary_keys_alone()
    {
        await using var db = Storage.NewContext();
        await Storage.Liveness.FindFamilyAsync(Guid.Empty, "a-jti", Cancellation);

        var plan = await ExplainAsync(db.Database.GetConnectionString()!, Assert.Single(Watch.Statements));

        // The installation is one row, the client is remembered; of everything else only keys are searched.
        Assert.All(
            plan.Where(step => step.StartsWith("SCAN", StringComparison.Ordinal) && step is not ("SCAN CONSTANT ROW" or "SCAN i")),
            step => Assert.Fail(step));
        Assert.Equal(5, plan.Count(step => step.StartsWith("SEARCH", StringComparison.Ordinal) && step.Contains("(Id=?)") | step.Contains("(Jti=?)")));
    }

    private static async Task<List<string>> ExplainAsync(string connectionString, string sql)
    {
        await using var connection = new SqliteConnection(connectionString);
        await connection.OpenAsync(Cancellation);
        await using var command = connection.CreateCommand();
        command.CommandText = $"EXPLAIN QUERY PLAN {sql}";
        foreach (var parameter in sql.Split(' ', ',', '(', ')', '\n', '\r').Where(word => word.StartsWith('@')).Distinct(StringComparer.Ordinal))
        {
            command.Parameters.AddWithValue(parameter, "x");
        }

        var steps = new List<string>();
        await using var reader = await command.ExecuteReaderAsync(Cancellation);
        while (await reader.ReadAsync(Cancellation))
        {
            steps.Add(reader.GetString(3));
        }

        return steps;
    }
}
