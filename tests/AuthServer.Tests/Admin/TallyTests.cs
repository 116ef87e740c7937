using AuthServer.Grants.Entities;
using AuthServer.Telemetry;
using AuthServer.Tests.Fixtures;
using AuthServer.Tests.Specs;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace AuthServer.Tests.Admin;

/// <summary>What the token endpoint answers is added up by the hour, of this server alone, and survives a database that is away.</summary>
public abstract class TallyTests(AuthServerFactory server) : SpecFacts(server)
{
    [Fact]
    public async Task Issued_and_refused_are_added_to_the_hour()
    {
        var tallies = Server.Services.GetRequiredService<Tallies>();
        await tallies.RunAsync(Cancellation);
        Clock.Advance(TimeSpan.FromHours(1));
        var opaque = Server.Client("opaque");
        for (var round = 1; round <= 2; round++)
        {
            (await opaque.ClientCredentialsAsync()).ShouldBeOk();
            (await opaque.ClientCredentialsAsync()).ShouldBeOk();
            (await opaque.RefreshAsync("forged")).ShouldBeInvalidGrant();
            await tallies.RunAsync(Cancellation);
            Assert.Equal((2 * round, round), (await CountAsync(TallyKind.Issued), await CountAsync(TallyKind.Refused)));
        }

        // Nothing new: nothing is written.
        await tallies.RunAsync(Cancellation);
        Assert.Equal(4, await CountAsync(TallyKind.Issued));
    }

    private Task<long> CountAsync(TallyKind kind)
    {
        var hour = new DateTime(Clock.Now.Year, Clock.Now.Month, Clock.Now.Day, Clock.Now.Hour, 0, 0, DateTimeKind.Utc);
        return Server.ReadAsync(db => db.Tallies.Where(t => t.Hour == hour && t.Kind == kind).SumAsync(t => t.Count, Cancellation));
    }
}

public sealed class SqliteTallyTests(SqliteServer server) : TallyTests(server), IClassFixture<SqliteServer>;

public sealed class PostgreSqlTallyTests(PostgreSqlServer server) : TallyTests(server), IClassFixture<PostgreSqlServer>;
