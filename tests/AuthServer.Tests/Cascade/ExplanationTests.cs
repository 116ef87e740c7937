using AuthServer.Database;
using AuthServer.Grants.Entities;
using AuthServer.Grants.Revocation;
using AuthServer.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Tests.Cascade;

/// <summary>Why is this token dead? By that withdrawal, and by none of those before or after it.</summary>
public abstract class ExplanationFacts(DatabaseProvider provider) : StorageFacts(provider)
{
    private Household _home = null!;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        _home = await Household.MoveInAsync(Storage);
    }

    [Theory]
    [InlineData("token", DeathReason.AccessTokenRevoked)]
    [InlineData("family", DeathReason.FamilyRevoked)]
    [InlineData("session", DeathReason.SessionRevoked)]
    [InlineData("overdue", DeathReason.SessionExpired)]
    [InlineData("grant", DeathReason.GrantRevoked)]
    [InlineData("everywhere", DeathReason.UserEpoch)]
    [InlineData("user", DeathReason.UserDisabled)]
    [InlineData("deleted-user", DeathReason.UserGone)]
    [InlineData("client-tokens", DeathReason.ClientEpoch)]
    [InlineData("client", DeathReason.ClientDisabled)]
    [InlineData("deleted-client", DeathReason.ClientGone)]
    public async Task It_was_this_withdrawal(string name, DeathReason reason)
    {
        Assert.Equal(Explanation.Alive, await ExplainAsync("laptop-web"));
        await RevokeAsync("grant-scope"); // What takes a scope alone kills nothing.
        await RevokeAsync("client-scope");
        var id = await RevokeAsync(name);

        foreach (var swept in new[] { false, true })
        {
            if (swept)
            {
                await Storage.SweepAllAsync();
            }

            var explanation = await ExplainAsync("laptop-web");
            Assert.Equal((reason, id), (explanation.Reason, explanation.Entry?.Id));
        }
    }

    [Fact]
    public async Task What_was_kept_through_one_withdrawal_fell_in_the_next()
    {
        await RevokeAsync("everywhere-else");
        var second = await RevokeAsync("everywhere");
        await RevokeAsync("everywhere");
        await RevokeAsync("user");
        await Storage.Cascade.EnableAsync(new RevocationTarget.User(_home.Alice.Id), Targets.Server, Cancellation);

        Assert.Equal(second, (await ExplainAsync("laptop-web")).Entry?.Id);
        Assert.NotEqual(second, (await ExplainAsync("phone-web")).Entry?.Id);
    }

    [Fact]
    public async Task Offline_family_fell_with_the_sign_out_and_not_with_the_expiry_before()
    {
        await RevokeAsync("overdue");
        Assert.Equal(Explanation.Alive, await ExplainAsync("laptop-mail"));
        var signOut = await RevokeAsync("session");
        var explanation = await ExplainAsync("laptop-mail");
        Assert.Equal((DeathReason.SessionRevoked, signOut), (explanation.Reason, explanation.Entry?.Id));
    }

    [Fact]
    public async Task Time_has_no_line_and_what_nobody_knows_is_unknown()
    {
        Clock.Advance(TimeSpan.FromDays(31));
        Assert.Equal(new Explanation(DeathReason.FamilyExpired, null), await ExplainAsync("device-web"));
        await using var db = Storage.NewContext();
        Assert.Equal(new Explanation(DeathReason.Unknown, null), await Explanation.OfAsync(db, null, "jti", Clock.Now, Cancellation));
    }

    private async Task<Guid> RevokeAsync(string name)
    {
        Clock.Advance(TimeSpan.FromSeconds(1));
        var (target, cause) = Targets.Of(_home, Storage, name);
        return (await Storage.Cascade.RevokeAsync(target, cause, Targets.Server, Cancellation)).Entry!.Id;
    }

    private async Task<Explanation> ExplainAsync(string family)
    {
        await using var db = Storage.NewContext();
        return await Explanation.OfAsync(
            db, (await Storage.Liveness.FindFamilyAsync(_home[family].Id, "the-jti", Cancellation)).State, "the-jti", Clock.Now, Cancellation);
    }
}

public sealed class SqliteExplanation() : ExplanationFacts(DatabaseProvider.Sqlite);

public sealed class PostgreSqlExplanation() : ExplanationFacts(DatabaseProvider.PostgreSql);
