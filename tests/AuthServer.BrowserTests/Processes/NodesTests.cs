using AuthServer.BrowserTests.Fixtures;

namespace AuthServer.BrowserTests.Processes;

/// <summary>Two processes on one database are one server: what one acknowledged, the other knows at its next request.</summary>
public sealed class NodesTests(Nodes nodes) : IClassFixture<Nodes>
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    [Fact]
    public void Two_that_migrate_at_the_same_moment_both_succeed() => Assert.Equal([(0, ""), (0, "")], nodes.Migrations);

    [Fact]
    public async Task Two_that_start_at_the_same_moment_make_one_key_each_algorithm_and_one_ring()
    {
        Assert.Equal(["ES256", "RS256"], await nodes.ReadAsync("""SELECT "Alg" FROM "SigningKeys" ORDER BY "Alg" """));
        Assert.Single(await nodes.ReadAsync("""SELECT "FriendlyName" FROM "DataProtectionKeys" """));
    }

    [Fact]
    public async Task What_was_revoked_at_one_is_refused_at_the_other_a_hundred_times()
    {
        using var atA = new Caller(nodes.A, KillableServer.Resident(1));
        using var atB = atA.At(nodes.B);
        for (var round = 0; round < 100; round++)
        {
            var held = await atA.GetTokensAsync();
            var (_, refreshed) = await atB.RefreshAsync(held.RefreshToken);
            held.Keep(refreshed);
            Assert.True(await atB.IsActiveAsync(held.AccessToken));

            await atA.RevokeAsync(held.RefreshToken);

            await atB.ShouldBeRefusedAsync(held.RefreshToken);
            Assert.False(await atB.IsActiveAsync(held.AccessToken));
        }
    }

    [Fact]
    public async Task Signing_out_at_one_ends_the_cookie_and_the_tokens_at_the_other()
    {
        using var atA = new Caller(nodes.A, KillableServer.Resident(2));
        var held = await atA.GetTokensAsync();
        using var atB = atA.CopiedAt(nodes.B);
        Assert.True(await atB.IsSignedInAsync());

        await atA.SignOutAsync();

        Assert.False(await atB.IsSignedInAsync());
        await atB.ShouldBeDeadAsync(held);
    }

    [Fact]
    public async Task A_password_that_was_changed_at_one_ends_what_the_old_one_began_at_the_other()
    {
        using var own = new Caller(nodes.A, KillableServer.Resident(3));
        using var other = new Caller(nodes.B, KillableServer.Resident(3));
        await own.GetTokensAsync();
        var held = await other.GetTokensAsync();

        await own.ChangePasswordAsync("another battery, another staple");

        Assert.False(await other.IsSignedInAsync());
        await other.ShouldBeDeadAsync(held);
        using var ownAtB = own.At(nodes.B);
        Assert.True(await ownAtB.IsSignedInAsync());
    }

    [Fact]
    public async Task A_code_that_was_allowed_at_one_is_redeemed_at_the_other_once()
    {
        using var atA = new Caller(nodes.A, KillableServer.Resident(4));
        using var atB = atA.At(nodes.B);

        var held = await atB.RedeemAsync(await atA.GetCodeAsync(KillableServer.AskedClientId), KillableServer.AskedClientId);

        Assert.Equal(3, held.AccessToken.Split('.').Length);
    }

    [Fact]
    public async Task Each_logout_is_told_once()
    {
        nodes.Receiver.Accepts = true;
        var ended = new List<string>();
        using var atA = new Caller(nodes.A, KillableServer.Resident(5));
        using var atB = atA.At(nodes.B);
        for (var round = 0; round < 10; round++)
        {
            ended.Add(TokenText.Sid((await atA.GetTokensAsync()).IdToken));
            await (round % 2 == 0 ? atA : atB).SignOutAsync();
        }

        // Notices to one receiver go one after the other: before the last came, a second copy of an earlier one would have come.
        await Patience.UntilAsync(() => ended.TrueForAll(Told().Contains), Longest, () => nodes.A.Output + nodes.B.Output);

        Assert.Equal(ended.Order(StringComparer.Ordinal), Told().Where(ended.Contains).Order(StringComparer.Ordinal));

        List<string> Told() => [.. nodes.Receiver.Accepted.Select(call => TokenText.Sid(call.LogoutToken))];
    }
}
