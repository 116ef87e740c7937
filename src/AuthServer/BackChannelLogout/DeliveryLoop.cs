namespace AuthServer.BackChannelLogout;

/// <summary>Lets the dispatcher look every second, and at once where there may be more.</summary>
internal sealed partial class DeliveryLoop(DeliveryDispatcher dispatcher, TimeProvider time, ILogger<DeliveryLoop> logger) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            using var timer = new PeriodicTimer(Period, time);
            var (tick, more) = (timer.WaitForNextTickAsync(stoppingToken).AsTask(), dispatcher.WaitForMoreAsync(stoppingToken));
            while (!stoppingToken.IsCancellationRequested)
            {
                await await Task.WhenAny(tick, more);
                await LookAsync(stoppingToken);
                tick = tick.IsCompleted ? timer.WaitForNextTickAsync(stoppingToken).AsTask() : tick;
                more = more.IsCompleted ? dispatcher.WaitForMoreAsync(stoppingToken) : more;
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server stops.
        }
        finally
        {
            await dispatcher.EndTurnsAsync();
        }
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            await dispatcher.BeginTurnsAsync(cancellationToken);
        }
        catch (Exception fault) when (fault is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            // Storage, as a rule. It looks again in a second.
            LogBlind(logger, fault);
        }
    }

    [LoggerMessage(5005, LogLevel.Error, "It could not be found out which deliveries are due.")]
    private static partial void LogBlind(ILogger logger, Exception fault);
}
