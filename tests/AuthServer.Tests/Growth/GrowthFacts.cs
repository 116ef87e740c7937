using System.Diagnostics;
using System.Globalization;
using AuthServer.Database;
using AuthServer.Grants;
using AuthServer.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Tests.Growth;

/// <summary>
/// Nothing slows down with size. Each operation is done on the empty database, then the database is filled and each is done again; the statements that
/// the server then sends are explained. Held are the plans and how much they touch; times are printed.
/// </summary>
public abstract class GrowthFacts(DatabaseProvider provider, Volume volume) : IAsyncLifetime
{
    private const int Tries = 2;

    // However many users there are, these stay small; or they are read whole by who asks for the whole.
    private static readonly string[] Small =
    [
        "Clients", "Scopes", "Roles", "UserRoles", "AspNetRoles", "AspNetUserRoles", "Installation", "SigningKeys", "DataProtectionKeys", "Tallies", "Sweeps",
        "BulkWithdrawals", "OwedMails", "PushedRequests", "DeviceAuthorizations", "UsedOnce", "RevokedAccessTokens", "__EFMigrationsHistory",
    ];

    // Steps are counted by the hundred on SQLite: a row is fewer of them than it is pages of PostgreSQL.
    private long Finer => provider == DatabaseProvider.Sqlite ? 5 : 1;

    private readonly GrownServer _server = new(provider);

    public ValueTask InitializeAsync() => _server.InitializeAsync();

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Nothing_that_the_server_does_slows_down_with_size()
    {
        var operations = new Operations(_server);
        List<Operation> all = [.. operations.All, operations.WithdrawManyAtOnce, operations.Sweep];
        var empty = new List<double>();
        foreach (var operation in all)
        {
            empty.Add(await MeasureAsync(operation));
        }

        var seeding = Stopwatch.StartNew();
        await new Seeding(_server, provider).RunAsync(volume);
        seeding.Stop();

        var plans = new Plans(provider, await _server.ReadAsync(db => Task.FromResult(db.Database.GetConnectionString()!)));
        var (lines, faults) = (new List<string>(), new List<string>());
        foreach (var (operation, before) in all.Zip(empty))
        {
            var after = await MeasureAsync(operation);
            var act = await operation.Prepare();
            var work = 0L;
            var statements = await _server.Recorder.RecordAsync(act);
            foreach (var statement in statements)
            {
                var footprint = await plans.ExplainAsync(statement);
                work = Math.Max(work, footprint.Work);
                var whole = footprint.Whole.Except(Small, StringComparer.Ordinal).ToList();
                if (whole.Count > 0 || footprint.Work > operation.MayTouch / Finer)
                {
                    faults.Add($"{operation.Name}: reads {(whole.Count == 0 ? "nothing" : string.Join(", ", whole))} whole, touches {footprint.Work}\n{statement.Text}\n{footprint.Plan[..Math.Min(2500,footprint.Plan.Length)]}\n");
                }
            }

            lines.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"{operation.Name,-70} {before,8:0.0} {after,8:0.0} {after / before,6:0.0} {statements.Count,4} {work,8}"));
        }

        Console.WriteLine($"""
            {provider}, {volume.Users:N0} users, seeded in {seeding.Elapsed.TotalSeconds:0} s
            {"operation",-70} {"empty ms",8} {"grown ms",8} {"ratio",6} {"SQL",4} {"touches",8}
            {string.Join('\n', lines)}
            """);
        Assert.True(faults.Count == 0, string.Join("\n\n", faults));
    }

    /// <summary>The fastest of some tries, in milliseconds.</summary>
    private static async Task<double> MeasureAsync(Operation operation)
    {
        var fastest = double.MaxValue;
        for (var attempt = 0; attempt < Tries; attempt++)
        {
            var act = await operation.Prepare();
            var watch = Stopwatch.StartNew();
            await act();
            fastest = Math.Min(fastest, watch.Elapsed.TotalMilliseconds);
        }

        return fastest;
    }
}

public sealed class SqliteGrowth() : GrowthFacts(DatabaseProvider.Sqlite, new Volume(Users: 100_000));

public sealed class PostgreSqlGrowth() : GrowthFacts(DatabaseProvider.PostgreSql, new Volume(Users: 1_000_000));
