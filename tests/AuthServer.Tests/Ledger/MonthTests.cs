using AuthServer.Database;
using AuthServer.Grants;
using AuthServer.Grants.Entities;
using AuthServer.Grants.Revocation;
using AuthServer.Tests.Cascade;
using AuthServer.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Tests.Ledger;

/// <summary>The database does not grow with use, only with people: months go by, and it stays level.</summary>
public abstract class MonthFacts(DatabaseProvider provider) : LedgerFacts(provider)
{
    private static readonly PruningTimes Times = new(TimeSpan.FromDays(7), TimeSpan.FromDays(14));

    [Fact]
    public async Task Rows_are_level_over_a_month_of_use()
    {
        var (alice, web, mail) = (await Seed.UserAsync("alice"), await Seed.ClientAsync("web"), await Seed.ClientAsync("mail"));
        await Storage.TellEverybodyAsync();
        var (toWeb, toMail) = (await Seed.GrantAsync(alice, web), await Seed.GrantAsync(alice, mail));
        var expiry = new SessionExpiry(Storage.Contexts, Storage.Cascade, Clock);
        var pruning = new Pruning(Storage.Contexts, Writes, Clock);
        var counts = new List<int>();
        for (var day = 0; day < 140; day++)
        {
            var (used, left) = (await Seed.SessionAsync(alice), await Seed.SessionAsync(alice));
            var family = await Seed.FamilyAsync(toWeb, used);
            await Seed.FamilyAsync(toMail, used);
            await Seed.FamilyAsync(toWeb, left);
            await RevokeAsync(new RevocationTarget.AccessToken($"jti-{day}", Clock.Now.AddMinutes(10), family.Id, alice.Id, web.Id));
            await RevokeAsync(new RevocationTarget.Session(used.Id));
            await RevokeAsync(new RevocationTarget.Grant(toMail.Id));
            await new FamilyOpening(Writes, Clock).AllowAsync(alice.Id, mail.Id, "openid", Cancellation);
            toMail = await Storage.ReadAsync(
                db => db.Grants.AsNoTracking().SingleAsync(g => g.ClientId == mail.Id && g.Status == Status.Valid, Cancellation));
            await Sealer.RunAsync(Cancellation);

            Clock.Advance(TimeSpan.FromHours(12));
            await expiry.RunAsync(Cancellation);
            await new Sweeping(Storage.Contexts, Storage.Cascade).RunAsync(Cancellation);
            await Sealer.RunAsync(Cancellation);
            await AcknowledgeAsync();
            Clock.Advance(TimeSpan.FromHours(12));
            await pruning.RunAsync(Times, Cancellation);
            await Pruning.RunAsync(Cancellation);
            counts.Add(await RowsAsync());
        }

        // The ledger's retention is the longest, a hundred days; from there on nothing grows.
        Assert.Equal(counts[109], counts[139]);
        Assert.Equal(counts[109], counts[..].Max());
        Assert.True((await VerifyAsync()).IsWhole);
    }

    private Task<RevocationReceipt> RevokeAsync(RevocationTarget target) =>
        Storage.Cascade.RevokeAsync(target, RevocationCause.SignOut, Targets.Server, Cancellation);

    private Task<int> AcknowledgeAsync() => Writes.RunAsync(
        (db, token) => db.Deliveries.Where(d => d.State == DeliveryState.Pending)
            .ExecuteUpdateAsync(set => set.SetProperty(d => d.State, DeliveryState.Acknowledged), token),
        Cancellation);

    private async Task<int> RowsAsync()
    {
        await using var db = Storage.NewContext();
        return await db.LoginSessions.CountAsync(Cancellation) + await db.Grants.CountAsync(Cancellation)
            + await db.TokenFamilies.CountAsync(Cancellation) + await db.RevokedAccessTokens.CountAsync(Cancellation)
            + await db.Deliveries.CountAsync(Cancellation) + await db.Sweeps.CountAsync(Cancellation)
            + await db.Revocations.CountAsync(Cancellation) + await db.LedgerSeals.CountAsync(Cancellation);
    }
}

public sealed class SqliteMonth() : MonthFacts(DatabaseProvider.Sqlite);

public sealed class PostgreSqlMonth() : MonthFacts(DatabaseProvider.PostgreSql);
