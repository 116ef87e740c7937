using System.Diagnostics.Metrics;
using AuthServer.Protocol;
using AuthServer.Tests.Fixtures;
using Microsoft.Extensions.DependencyInjection;

namespace AuthServer.Tests.Specs;

/// <summary>What a request may cost (docs/performance.md): statements, commits, slow hashes, signatures. Counted, not timed.</summary>
public abstract class BudgetTests(AuthServerFactory server) : SpecFacts(server)
{
    private const int Tries = 6;

    /// <summary>Locks that keep a family's session and grant still until the commit; a database with one writer needs none.</summary>
    private protected abstract int LocksOfRefresh { get; }

    [Theory]
    [InlineData("/.well-known/openid-configuration")]
    [InlineData("/.well-known/jwks")]
    public async Task Metadata_costs_nothing(string path) =>
        Assert.Equal(new Cost(0, 0, 0, 0, 0), await LeastAsync(_ => Web.SendAsync(new HttpRequestMessage(HttpMethod.Get, path))));

    [Fact]
    public async Task Client_credentials_are_a_read_and_a_signature()
    {
        var machine = Server.Client("machine");
        Assert.Equal(new Cost(Statements: 1, Commits: 0, Hash: 0, Sign: 1, Verify: 0), await LeastAsync(_ => machine.ClientCredentialsAsync()));
    }

    [Fact]
    public async Task Introspection_is_a_read()
    {
        var tokens = await Web.SignInAsync(Alice);
        Assert.Equal(new Cost(Statements: 1, Commits: 0, Hash: 0, Sign: 0, Verify: 0), await LeastAsync(_ => Web.IntrospectAsync(tokens.AccessToken)));
        Assert.Equal(new Cost(Statements: 1, Commits: 0, Hash: 0, Sign: 0, Verify: 0), await LeastAsync(_ => Web.IntrospectAsync(tokens.RefreshToken)));
    }

    [Fact]
    public async Task A_signature_is_verified_once()
    {
        var tokens = new List<string>();
        for (var made = 0; made < Tries; made++)
        {
            tokens.Add((await Web.SignInAsync(Alice)).AccessToken);
        }

        Assert.Equal(new Cost(Statements: 1, Commits: 0, Hash: 0, Sign: 0, Verify: 1), await LeastAsync(at => Web.IntrospectAsync(tokens[at])));
        Assert.Equal(new Cost(Statements: 1, Commits: 0, Hash: 0, Sign: 0, Verify: 0), await LeastAsync(at => Web.IntrospectAsync(tokens[at])));
    }

    [Fact]
    public async Task Userinfo_is_a_read()
    {
        // The roles of a user are a second one.
        var tokens = await Web.SignInAsync(Alice, scope: "openid profile email");
        Assert.Equal(new Cost(Statements: 1, Commits: 0, Hash: 0, Sign: 0, Verify: 0), await LeastAsync(_ => Web.UserInfoAsync(tokens.AccessToken)));
    }

    [Fact]
    public async Task Refreshing_is_one_conditional_update_in_one_commit()
    {
        var current = (await Web.SignInAsync(Alice)).RefreshToken;

        // The family, which confirms the client too; the update.
        Assert.Equal(
            new Cost(Statements: 2 + LocksOfRefresh, Commits: 1, Hash: 0, Sign: 2, Verify: 0),
            await LeastAsync(async _ =>
            {
                var before = Server.Watch.Statements.Count;
                current = (await Web.RefreshAsync(current)).ShouldBeOk().RefreshToken;
                Assert.Single(Server.Watch.Statements.Skip(before), text => text.StartsWith("UPDATE \"TokenFamilies\" AS f", StringComparison.Ordinal));
            }));
    }

    [Fact]
    public async Task Revoking_is_one_short_transaction()
    {
        var tokens = new List<string>();
        for (var made = 0; made < Tries; made++)
        {
            tokens.Add((await Web.SignInAsync(Alice)).RefreshToken);
        }

        // The family, which confirms the client too; the ledger.
        Assert.Equal(new Cost(Statements: 2, Commits: 1, Hash: 0, Sign: 0, Verify: 0), await LeastAsync(at => Web.RevokeAsync(tokens[at])));
    }

    /// <summary>The first is not counted: it verifies the secret and remembers the client. Jobs run behind one try or another, never behind all.</summary>
    private async Task<Cost> LeastAsync(Func<int, Task> act)
    {
        using var counted = new Counted(Server.Services.GetRequiredService<IMeterFactory>(), CryptoMetrics.Name);
        var least = new Cost(int.MaxValue, int.MaxValue, int.MaxValue, int.MaxValue, int.MaxValue);
        for (var attempt = 0; attempt < Tries; attempt++)
        {
            counted.Clear();
            var (statements, commits) = (Server.Watch.Statements.Count, Server.Watch.Commits);
            await act(attempt);
            if (attempt > 0)
            {
                least = new Cost(
                    Math.Min(least.Statements, Server.Watch.Statements.Count - statements),
                    Math.Min(least.Commits, Server.Watch.Commits - commits),
                    Math.Min(least.Hash, counted.Of("hash")),
                    Math.Min(least.Sign, counted.Of("sign")),
                    Math.Min(least.Verify, counted.Of("verify")));
            }
        }

        return least;
    }

    private sealed record Cost(int Statements, int Commits, int Hash, int Sign, int Verify);
}

public sealed class SqliteBudgetTests(SqliteServer server) : BudgetTests(server), IClassFixture<SqliteServer>
{
    private protected override int LocksOfRefresh => 0;
}

public sealed class PostgreSqlBudgetTests(PostgreSqlServer server) : BudgetTests(server), IClassFixture<PostgreSqlServer>
{
    private protected override int LocksOfRefresh => 3;
}
