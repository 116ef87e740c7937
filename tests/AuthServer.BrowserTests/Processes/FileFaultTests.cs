using System.Diagnostics;
using System.Globalization;

namespace AuthServer.BrowserTests.Processes;

/// <summary>What can happen to a SQLite file: 503 while it cannot be written, and no start where it is no longer what it was.</summary>
public sealed class FileFaultTests
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task While_the_file_cannot_be_written_the_answer_is_503_and_afterwards_it_is_right()
    {
        await using var server = await ServerOnFile.StartNewAsync();
        using var other = server.Open();
        var log = new Acknowledged();
        List<Caller> callers = [.. Enumerable.Range(1, 4).Select(number => new Caller(server, KillableServer.Resident(number)))];
        var load = Load.Begin(log, callers);
        foreach (var (begin, end) in new (Action, Action)[]
        {
            // Another process that holds it.
            (() => ServerOnFile.Execute(other, "BEGIN EXCLUSIVE"), () => ServerOnFile.Execute(other, "ROLLBACK")),

            // Writes of this process fail, as on a disk that is full: no file may grow, or be written at all.
            (() => LimitFiles(server.ProcessId, "0:unlimited"), () => LimitFiles(server.ProcessId, "unlimited")),
        })
        {
            var (rotations, refused) = (log.Rotations, log.Away);
            await load.UntilAsync(done => done.Rotations >= rotations + 20, Longest, () => server.Output);
            begin();
            await load.UntilAsync(done => done.Away >= refused + 8, Longest, () => server.Output);
            end();
        }

        var (back, revoked) = (log.Rotations, log.Revocations);
        await load.UntilAsync(done => done.Rotations >= back + 20 && done.Revocations > revoked, Longest, () => server.Output);
        var held = await load.EndAsync();
        await Load.ShouldHoldAsync(held, callers[0]);
        Assert.Contains(held, one => one.Fate == Fate.Dead);
        callers.ForEach(caller => caller.Dispose());
    }

    [Fact]
    public async Task While_the_volume_is_full_the_answer_is_503_and_with_room_again_nothing_acknowledged_is_lost()
    {
        await using var server = await ServerOnVolume.StartNewAsync();
        var log = new Acknowledged();
        List<Caller> callers = [.. Enumerable.Range(1, 4).Select(number => new Caller(server, KillableServer.Resident(number)))];
        using var asks = new Caller(server, KillableServer.Resident(7));
        var spare = await asks.GetTokensAsync();
        var load = Load.Begin(log, callers);
        for (var time = 1; time <= 2; time++)
        {
            var (rotations, refused) = (log.Rotations, log.Away);
            await load.UntilAsync(done => done.Rotations >= rotations + 20, Longest, () => server.Output);
            server.Fill();
            await load.UntilAsync(done => done.Away >= refused + 8, Longest, () => server.Output);

            // Nobody is told that something ended which did not; what only reads still answers.
            await Assert.ThrowsAsync<AwayException>(() => asks.RevokeAsync(spare.RefreshToken));
            Assert.True(await asks.IsActiveAsync(spare.AccessToken));
            server.Free();
        }

        var (back, revoked, signedOut) = (log.Rotations, log.Revocations, log.SignOuts);
        await load.UntilAsync(
            done => done.Rotations >= back + 20 && done.Revocations > revoked && done.SignOuts > signedOut, Longest, () => server.Output);
        var held = await load.EndAsync();
        await Load.ShouldHoldAsync(held, asks);
        await asks.RevokeAsync(spare.RefreshToken);
        Assert.False(await asks.IsActiveAsync(spare.AccessToken));
        callers.ForEach(caller => caller.Dispose());
    }

    [Fact]
    public async Task On_a_file_that_it_cannot_use_the_server_does_not_start_and_says_why()
    {
        await using var server = await ServerOnFile.StartNewAsync();
        await server.KillAsync();
        server.Execute("PRAGMA wal_checkpoint(TRUNCATE)");
        var whole = await File.ReadAllBytesAsync(server.File, TestContext.Current.CancellationToken);
        var certificate = Path.ChangeExtension(server.File, ".pfx");

        foreach (var page in new[] { 0, whole.Length / 4096 / 2 })
        {
            byte[] damaged = [.. whole];
            damaged.AsSpan(page * 4096, 4096).Fill(0xA5);
            await File.WriteAllBytesAsync(server.File, damaged, TestContext.Current.CancellationToken);
            await ShouldRefuseAsync(server, "authserver.db' is damaged", "--restored");
        }

        await File.WriteAllBytesAsync(server.File, whole, TestContext.Current.CancellationToken);
        File.Move(certificate, certificate + ".away");
        await ShouldRefuseAsync(server, certificate, "Put it back from the backup");

        await using (var stranger = await ServerOnFile.StartNewAsync())
        {
            File.Copy(Path.ChangeExtension(stranger.File, ".pfx"), certificate);
        }

        await ShouldRefuseAsync(server, "cannot be unsealed", "DataProtection:Certificate");
        File.Move(certificate + ".away", certificate, overwrite: true);

        SetMode(server.File, UnixFileMode.UserRead);
        await ShouldRefuseAsync(server, "authserver.db", "denied");

        SetMode(server.File, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        await server.StartAgainAsync();
    }

    private static async Task ShouldRefuseAsync(ServerOnFile server, params string[] words)
    {
        var (code, said) = await server.RunToEndAsync();
        Assert.True(code == 1 && !said.Contains('\n', StringComparison.Ordinal), $"{code}: {said}");
        Assert.All(words, word => Assert.Contains(word, said, StringComparison.Ordinal));
    }

    private static void SetMode(string file, UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file, mode);
        }
    }

    private static void LimitFiles(int process, string size)
    {
        using var limit = Process.Start("prlimit", ["--pid", process.ToString(CultureInfo.InvariantCulture), $"--fsize={size}"]);
        limit.WaitForExit();
        Assert.Equal(0, limit.ExitCode);
    }
}
