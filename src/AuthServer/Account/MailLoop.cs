namespace AuthServer.Account;

/// <summary>Looks every second whether somebody waits for a mail.</summary>
internal sealed partial class MailLoop(AccountMails mails, TimeProvider time, ILogger<MailLoop> logger) : BackgroundService
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                await LookAsync(stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The server stops. What was leased comes back by time.
        }
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            await mails.RunOnceAsync(cancellationToken);
        }
        catch (Exception fault) when (fault is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            // Storage, as a rule. It looks again in a second.
            LogFailed(logger, fault);
        }
    }

    [LoggerMessage(2103, LogLevel.Error, "Mails could not be sent; it is tried again.")]
    private static partial void LogFailed(ILogger logger, Exception fault);
}
