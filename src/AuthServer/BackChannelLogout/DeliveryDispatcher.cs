using System.Collections.Concurrent;
using System.Diagnostics;
using AuthServer.Grants;
using AuthServer.Grants.Entities;
using AuthServer.Protocol;

namespace AuthServer.BackChannelLogout;

/// <summary>
/// Sends what is owed. Each receiver has a turn of its own: one delivery after the other to the same, side by side to different ones, so that
/// who does not answer delays nobody else.
/// </summary>
internal sealed partial class DeliveryDispatcher(
    Deliveries deliveries, LogoutNotices logouts, MailNotices mails, DeliveryMetrics metrics, ILogger<DeliveryDispatcher> logger) : IDisposable
{
    private const int MaxTurns = 32;

    // Those whose last delivery went wrong may go on going wrong slowly; the other places are kept for the rest.
    private const int MaxTroubledTurns = 16;
    private const int MaxDeliveriesInATurn = 50;

    private readonly Dictionary<DeliveryReceiver, Task> _turns = [];
    private readonly ConcurrentDictionary<DeliveryReceiver, bool> _troubled = new();
    private readonly SemaphoreSlim _more = new(0);

    /// <summary>Sends what is due now to everybody, and waits for it: at most so much to each receiver as fits into a turn.</summary>
    public async Task RunOnceAsync(CancellationToken cancellationToken)
    {
        await BeginTurnsAsync(cancellationToken);
        await EndTurnsAsync();
    }

    /// <summary>Begins a turn for everybody who is owed something and has none, and does not wait. One caller at a time.</summary>
    public async Task BeginTurnsAsync(CancellationToken cancellationToken)
    {
        foreach (var (receiver, turn) in _turns)
        {
            if (turn.IsCompleted)
            {
                _turns.Remove(receiver);
            }
        }

        var due = await deliveries.DueAsync(cancellationToken);
        foreach (var receiver in due.Where(receiver => !_turns.ContainsKey(receiver)).OrderBy(_troubled.ContainsKey))
        {
            if (_turns.Count >= (_troubled.ContainsKey(receiver) ? MaxTroubledTurns : MaxTurns))
            {
                return;
            }

            _turns[receiver] = Task.Run(() => TakeTurnAsync(receiver, cancellationToken), CancellationToken.None);
        }
    }

    /// <summary>Waits for the turns that were begun.</summary>
    public Task EndTurnsAsync() => Task.WhenAll(_turns.Values);

    /// <summary>Returns when a turn has ended behind which there may be more to do.</summary>
    public Task WaitForMoreAsync(CancellationToken cancellationToken) => _more.WaitAsync(cancellationToken);

    public void Dispose() => _more.Dispose();

    private async Task TakeTurnAsync(DeliveryReceiver receiver, CancellationToken cancellationToken)
    {
        var begun = 0;
        try
        {
            while (begun < MaxDeliveriesInATurn && await deliveries.LeaseAsync(receiver, cancellationToken) is { } leased)
            {
                begun++;
                if (!await DeliverAsync(receiver, leased, cancellationToken))
                {
                    break;
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The server stops. What was leased is given back.
        }
        catch (Exception fault)
        {
            // Storage, as a rule. What was leased comes back by time.
            LogTurn(logger, fault);
        }

        if (begun > 0)
        {
            _more.Release();
        }
    }

    /// <returns>Whether the receiver is worth another delivery now.</returns>
    private async Task<bool> DeliverAsync(DeliveryReceiver receiver, Delivery leased, CancellationToken cancellationToken)
    {
        using var activity = Tracing.Source.StartActivity("deliver", ActivityKind.Producer)
            ?.SetTag("authserver.revocation.id", leased.RevocationId)
            .SetTag("authserver.delivery.kind", DeliveryMetrics.Word(leased.Kind))
            .SetTag("authserver.delivery.attempt", leased.Attempts);
        DeliveryOutcome outcome;
        try
        {
            outcome = await SendAsync(leased, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await deliveries.ReturnAsync(leased, CancellationToken.None);
            return false;
        }
        catch (Exception fault) when (!StorageFaults.IsStorageFault(fault))
        {
            LogFault(logger, leased.Id, fault);
            outcome = new DeliveryOutcome.Again("It could not be sent; the server's log says why.");
        }

        activity?.SetTag("authserver.delivery.outcome", DeliveryMetrics.Word(outcome));

        // Sent is sent, also when the server stops just now.
        if (await deliveries.SettleAsync(leased, outcome, CancellationToken.None))
        {
            Log(leased, outcome);
            metrics.Settled(leased, outcome);
        }

        if (outcome is DeliveryOutcome.Again)
        {
            _troubled[receiver] = true;
            return false;
        }

        _troubled.TryRemove(receiver, out _);
        return true;
    }

    private void Log(Delivery delivery, DeliveryOutcome outcome)
    {
        switch (outcome)
        {
            case DeliveryOutcome.Failed failed:
                LogGivenUp(logger, delivery.Id, delivery.Attempts, failed.Words);
                break;
            case DeliveryOutcome.Again again:
                LogNotTaken(logger, delivery.Id, delivery.Attempts, again.Words);
                break;
            default:
                LogAcknowledged(logger, delivery.Id, delivery.Attempts);
                break;
        }
    }

    private Task<DeliveryOutcome> SendAsync(Delivery leased, CancellationToken cancellationToken) => leased.Kind switch
    {
        DeliveryKind.BackChannelLogout => logouts.SendAsync(leased, cancellationToken),
        DeliveryKind.Mail => mails.SendAsync(leased, cancellationToken),
        _ => throw new UnreachableException(),
    };

    [LoggerMessage(5001, LogLevel.Information, "Delivery {Id} was acknowledged at attempt {Attempt}.")]
    private static partial void LogAcknowledged(ILogger logger, Guid id, int attempt);

    [LoggerMessage(5002, LogLevel.Warning, "Delivery {Id} was not taken at attempt {Attempt}. {Words}")]
    private static partial void LogNotTaken(ILogger logger, Guid id, int attempt, string words);

    [LoggerMessage(5006, LogLevel.Warning, "Delivery {Id} was given up at attempt {Attempt}. {Words}")]
    private static partial void LogGivenUp(ILogger logger, Guid id, int attempt, string words);

    [LoggerMessage(5003, LogLevel.Error, "Delivery {Id} could not be sent.")]
    private static partial void LogFault(ILogger logger, Guid id, Exception fault);

    [LoggerMessage(5004, LogLevel.Error, "Deliveries to a receiver were broken off; they go on by themselves.")]
    private static partial void LogTurn(ILogger logger, Exception fault);
}
