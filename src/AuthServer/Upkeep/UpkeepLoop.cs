namespace AuthServer.Upkeep;

/// <summary>Runs every job at its interval. What fails is tried again at the next tick; it ends neither the loop nor another job.</summary>
internal sealed partial class UpkeepLoop(IEnumerable<UpkeepJob> jobs, TimeProvider time, ILogger<UpkeepLoop> logger) : BackgroundService
{
    // The first requests have the processor to themselves.
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(jobs.Select(job => RepeatAsync(job, stoppingToken)));

    private async Task RepeatAsync(UpkeepJob job, CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(job.Interval, time);
        try
        {
            if (job.AtStart)
            {
                await Task.Delay(Soon, time, stoppingToken);
                await RunAsync(job, stoppingToken);
            }

            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await RunAsync(job, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server stops.
        }
    }

    private async Task RunAsync(UpkeepJob job, CancellationToken stoppingToken)
    {
        try
        {
            await job.Run(stoppingToken);
        }
#pragma warning disable CA1031 // Whatever it was, the next tick tries again; a job that ended for good would let the database grow or sessions live on.
        catch (Exception fault) when (fault is not OperationCanceledException || !stoppingToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            LogFailed(logger, job.Name, fault);
        }
    }

    [LoggerMessage(1401, LogLevel.Error, "The job {Job} failed; it is tried again.")]
    private static partial void LogFailed(ILogger logger, string job, Exception fault);
}
