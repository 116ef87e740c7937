using AuthServer.Database;
using AuthServer.Grants;
using AuthServer.Grants.Entities;
using AuthServer.Grants.Revocation;
using AuthServer.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace AuthServer.Tests.Storage;

/// <summary>Plain transactions beside one another: what loses against another is run again.</summary>
public sealed class PostgreSqlWritesTests() : WritesFacts(DatabaseProvider.PostgreSql)
{
    private static readonly RevocationActor Nobody = new(RevocationActorKind.Server, Id: null, Address: null, CorrelationId: null);

    /// <summary>The driver keeps a statement prepared for one list of types, on the connection that all of these are given in turn.</summary>
    [Fact]
    public async Task A_statement_stays_prepared_whether_a_parameter_has_a_value_or_not()
    {
        const int Times = 10;
        await Storage.PrepareAsync();
        foreach (var jti in Enumerable.Repeat<string?>(null, Times).Concat(Enumerable.Repeat("a-jti", Times)))
        {
            await Storage.Liveness.FindFamilyAsync(Guid.Empty, jti, Cancellation);
        }

        var prepared = await Storage.ReadAsync(db => db.Database.SqlQuery<long>(
            $"""SELECT sum(generic_plans + custom_plans)::bigint AS "Value" FROM pg_prepared_statements WHERE statement LIKE '%LEFT JOIN "TokenFamilies"%'""").SingleAsync(Cancellation));

        // But for the first few, after which the driver sees that it comes often.
        Assert.InRange(prepared, Times + (Times / 2), 2 * Times);
    }

    [Theory]
    [InlineData(PostgresErrorCodes.SerializationFailure)]
    [InlineData(PostgresErrorCodes.DeadlockDetected)]
    public async Task Unit_that_lost_against_another_is_run_again(string sqlState)
    {
        var runs = 0;
        Watch.BeforeStatement = sql => FailOnce(sql, ref runs, sqlState);
        await AddAsync("a");
        Assert.Equal(2, runs);
        Assert.Equal(["a"], await ScopesAsync());
    }

    [Fact]
    public async Task Unit_that_always_loses_is_unavailable()
    {
        var runs = 0;
        Watch.BeforeStatement = sql => Fail(sql, ref runs, PostgresErrorCodes.SerializationFailure);
        await Assert.ThrowsAsync<WritesUnavailableException>(() => AddAsync("a"));
        Assert.Equal(5, runs);
    }

    [Fact]
    public async Task Connection_lost_before_the_commit_was_sent_is_run_again()
    {
        var runs = 0;
        await Writes.RunAsync(
            async (db, token) =>
            {
                if (runs++ == 0)
                {
                    await EndConnectionAsync(db, token);
                }

                db.Add(NewScope("a"));
                await db.SaveChangesAsync(token);
            },
            Cancellation);

        Assert.Equal(2, runs);
        Assert.Equal(["a"], await ScopesAsync());
    }

    [Fact]
    public async Task Connection_that_is_lost_again_and_again_is_unavailable()
    {
        var runs = 0;
        Watch.BeforeStatement = sql => Fail(sql, ref runs, PostgresErrorCodes.AdminShutdown);
        await Assert.ThrowsAsync<WritesUnavailableException>(() => AddAsync("a"));
        Assert.Equal(5, runs);
    }

    [Fact]
    public async Task Connection_lost_at_the_commit_is_unavailable_and_not_run_again()
    {
        var runs = 0;
        await Assert.ThrowsAsync<WritesUnavailableException>(() => Writes.RunAsync(
            async (db, token) =>
            {
                runs++;
                db.Add(NewScope("a"));
                await db.SaveChangesAsync(token);
                await EndConnectionAsync(db, token);
            },
            Cancellation));

        Assert.Equal(1, runs);
    }

    [Fact]
    public async Task Statement_that_takes_too_long_is_unavailable_and_not_run_again()
    {
        var runs = 0;
        await Assert.ThrowsAsync<WritesUnavailableException>(() => Writes.RunAsync(
            async (db, token) =>
            {
                runs++;
                db.Database.SetCommandTimeout(1);
                await db.Database.ExecuteSqlAsync($"SELECT pg_sleep(30)", token);
            },
            Cancellation));

        Assert.Equal(1, runs);
    }

    [Fact]
    public async Task Two_units_that_lock_each_other_out_both_finish()
    {
        // Not clients or scopes: who changes one holds the installation's row, and the other waits before it has locked anything (docs/decisions/0020).
        await Writes.RunAsync(
            (db, token) =>
            {
                db.AddRange(new User { UserName = "a" }, new User { UserName = "b" });
                return db.SaveChangesAsync(token);
            },
            Cancellation);
        using var both = new Barrier(2);
        await Task.WhenAll(
            Task.Run(() => TouchAsync("a", "b"), Cancellation),
            Task.Run(() => TouchAsync("b", "a"), Cancellation));
        Assert.Equal(2, await Storage.ReadAsync(db => db.Users.CountAsync(u => u.Name == "touched", Cancellation)));

        async Task TouchAsync(string first, string second)
        {
            var runs = 0;
            await Writes.RunAsync(
                async (db, token) =>
                {
                    await SetAsync(db, first, token);
                    if (runs++ == 0)
                    {
                        both.SignalAndWait(Cancellation);
                    }

                    await SetAsync(db, second, token);
                },
                Cancellation);
        }

        static Task<int> SetAsync(AuthServerDbContext db, string user, CancellationToken token) => db.Users.Where(u => u.UserName == user)
            .ExecuteUpdateAsync(set => set.SetProperty(u => u.Name, "touched"), token);
    }

    [Fact]
    public async Task Unit_that_looked_and_then_inserted_is_run_again_when_another_was_faster()
    {
        var runs = 0;
        var found = await Writes.RunAsync(
            async (db, token) =>
            {
                runs++;
                if (await db.Scopes.AnyAsync(s => s.Name == "a", token))
                {
                    return true;
                }

                await InAnotherTransactionAsync();
                db.Add(NewScope("a"));
                await db.SaveChangesAsync(token);
                return false;
            },
            Cancellation);

        Assert.True(found);
        Assert.Equal(2, runs);
    }

    [Fact]
    public async Task Access_token_withdrawn_by_two_at_the_same_moment_is_withdrawn_once()
    {
        var home = await Household.MoveInAsync(Storage);
        var target = home.Target(RevocationTargetKind.AccessToken);
        var secondInserts = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<RevocationReceipt>? second = null;
        var first = await Writes.RunAsync(
            async (db, token) =>
            {
                var receipt = await Storage.Cascade.RevokeAsync(db, target, RevocationCause.ClientRequest, Nobody, token);
                Watch.BeforeStatement = sql => _ = sql.Contains("RevokedAccessTokens", StringComparison.Ordinal)
                    && sql.Contains("INSERT", StringComparison.Ordinal) && secondInserts.TrySetResult();
                using (ExecutionContext.SuppressFlow())
                {
                    second = Task.Run(() => Storage.Cascade.RevokeAsync(target, RevocationCause.ClientRequest, Nobody, Cancellation), Cancellation);
                }

                await secondInserts.Task;
                return receipt;
            },
            Cancellation);

        Assert.True(first.Withdrawn);
        Assert.False((await second!).Withdrawn);
    }

    private static void FailOnce(string sql, ref int runs, string sqlState)
    {
        if (IsInsert(sql) && ++runs == 1)
        {
            throw new PostgresException("injected", "ERROR", "ERROR", sqlState);
        }
    }

    private static void Fail(string sql, ref int runs, string sqlState)
    {
        if (IsInsert(sql))
        {
            runs++;
            throw new PostgresException("injected", "ERROR", "ERROR", sqlState);
        }
    }

    private static bool IsInsert(string sql) => sql.Contains("INSERT INTO \"Scopes\"", StringComparison.Ordinal);

    private Task InAnotherTransactionAsync() =>
        ExecuteBesideAsync("INSERT INTO \"Scopes\" (\"Name\", \"Description\", \"Resources\", \"Claims\") VALUES ('a', 'a', '{}', '{}')");

    private async Task EndConnectionAsync(AuthServerDbContext db, CancellationToken cancellationToken)
    {
        var pid = await db.Database.SqlQuery<int>($"SELECT pg_backend_pid() AS \"Value\"").SingleAsync(cancellationToken);
        await ExecuteBesideAsync($"SELECT pg_terminate_backend({pid}, 10000)");
    }

    private async Task ExecuteBesideAsync(string sql)
    {
        await using var db = Storage.NewContext();
        await using var connection = new NpgsqlConnection(db.Database.GetConnectionString());
        await connection.OpenAsync(Cancellation);
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Cancellation);
    }
}
