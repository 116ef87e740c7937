using AuthServer.Tests.Fixtures;
using AuthServer.Upkeep;
using Microsoft.Extensions.Logging.Abstractions;

namespace AuthServer.Tests.Upkeep;

/// <summary>One job's fault is nobody else's, and not for ever its own.</summary>
public sealed class UpkeepTests
{
    [Fact]
    public async Task Job_that_fails_runs_again_and_ends_no_other()
    {
        var (failures, runs) = (0, 0);
        var (failed, ran) = (new TaskCompletionSource(), new TaskCompletionSource());
        UpkeepJob[] jobs =
        [
            new("failing", TimeSpan.FromMilliseconds(5), _ =>
            {
                if (++failures == 3)
                {
                    failed.TrySetResult();
                }

                throw new InvalidOperationException("As it was asked to.");
            }),
            new("working", TimeSpan.FromMilliseconds(5), _ =>
            {
                if (++runs == 3)
                {
                    ran.TrySetResult();
                }

                return Task.CompletedTask;
            }),
        ];
        using var loop = new UpkeepLoop(jobs, new MovableClock(), NullLogger<UpkeepLoop>.Instance);
        await loop.StartAsync(TestContext.Current.CancellationToken);
        await Task.WhenAll(failed.Task, ran.Task).WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        await loop.StopAsync(TestContext.Current.CancellationToken);
        Assert.True(loop.ExecuteTask!.IsCompletedSuccessfully);
    }

    [Fact]
    public async Task Job_for_the_start_runs_without_waiting_for_its_interval_and_stops_with_the_server()
    {
        var started = new TaskCompletionSource();
        var job = new UpkeepJob("first", TimeSpan.FromDays(1), async token =>
        {
            started.TrySetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, token);
        }) { AtStart = true };
        using var loop = new UpkeepLoop([job], new MovableClock(), NullLogger<UpkeepLoop>.Instance);
        await loop.StartAsync(TestContext.Current.CancellationToken);
        await started.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        await loop.StopAsync(TestContext.Current.CancellationToken);
        Assert.True(loop.ExecuteTask!.IsCompletedSuccessfully);
    }
}
