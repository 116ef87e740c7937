using System.Net;

namespace AuthServer.BrowserTests.Processes;

/// <summary>A backup that was put back is noticed by the first token that is ahead of it; <c>--restored</c> makes all that was issued before dead.</summary>
public sealed class BackupTests
{
    [Fact]
    public async Task A_SQLite_backup_that_was_put_back_is_noticed_and_can_be_declared()
    {
        await using var server = await ServerOnFile.StartNewAsync();
        var copy = server.File + ".copy";
        await ShouldBeNoticedAsync(
            server,
            () =>
            {
                server.BackUp(copy);
                return Task.CompletedTask;
            },
            () =>
            {
                server.PutBack(copy);
                return Task.CompletedTask;
            });
    }

    [Fact]
    public async Task A_PostgreSql_dump_that_was_put_back_is_noticed_and_can_be_declared()
    {
        await using var nodes = await Nodes.StartNewAsync();
        await nodes.B.KillAsync();
        var dump = Path.GetTempFileName();
        await ShouldBeNoticedAsync(nodes.A, () => nodes.DumpAsync(dump), () => nodes.RestoreAsync(dump));
        File.Delete(dump);
    }

    private static async Task ShouldBeNoticedAsync(KillableServer server, Func<Task> backUp, Func<Task> putBack)
    {
        using var caller = new Caller(server, KillableServer.Resident(1));
        var (ahead, level) = (await caller.GetTokensAsync(), await caller.GetTokensAsync());
        await backUp();
        for (var use = 0; use < 2; use++)
        {
            ahead.Keep((await caller.RefreshAsync(ahead.RefreshToken)).Json);
        }

        await server.KillAsync();
        await putBack();
        await server.StartAgainAsync();
        Assert.Equal(HttpStatusCode.OK, await server.HealthAsync("ready"));

        // Refused, and seen; nothing is revoked for it, its own family neither.
        await caller.ShouldBeRefusedAsync(ahead.RefreshToken);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await server.HealthAsync("ready"));
        Assert.True(await caller.IsActiveAsync(ahead.AccessToken));
        level.Keep((await caller.RefreshAsync(level.RefreshToken)).Json);

        await server.KillAsync();
        var (code, said) = await server.RunToEndAsync("--restored");
        Assert.Equal((0, ""), (code, said));
        await server.StartAgainAsync();

        Assert.Equal(HttpStatusCode.OK, await server.HealthAsync("ready"));
        Assert.False(await caller.IsSignedInAsync());
        await caller.ShouldBeDeadAsync(level);
        await caller.ShouldBeRefusedAsync(ahead.RefreshToken);
        Assert.False(await caller.IsActiveAsync(ahead.AccessToken));
        Assert.True(await caller.IsActiveAsync((await caller.GetTokensAsync()).AccessToken));
    }
}
