using System.Data.Common;
using System.Diagnostics;
using AuthServer.Grants;
using AuthServer.Protocol;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace AuthServer.Telemetry;

/// <summary>Counts a request's statements, and makes an activity of each: its text without parameters. Those that no activity asked for are left out.</summary>
internal sealed class StatementTelemetry : DbCommandInterceptor
{
    public override async ValueTask<DbDataReader> ReaderExecutedAsync(
        DbCommand command, CommandExecutedEventData eventData, DbDataReader result, CancellationToken cancellationToken = default)
    {
        See(command, eventData);
        return await base.ReaderExecutedAsync(command, eventData, result, cancellationToken);
    }

    public override async ValueTask<int> NonQueryExecutedAsync(
        DbCommand command, CommandExecutedEventData eventData, int result, CancellationToken cancellationToken = default)
    {
        See(command, eventData);
        return await base.NonQueryExecutedAsync(command, eventData, result, cancellationToken);
    }

    public override async ValueTask<object?> ScalarExecutedAsync(
        DbCommand command, CommandExecutedEventData eventData, object? result, CancellationToken cancellationToken = default)
    {
        See(command, eventData);
        return await base.ScalarExecutedAsync(command, eventData, result, cancellationToken);
    }

    public override Task CommandFailedAsync(DbCommand command, CommandErrorEventData eventData, CancellationToken cancellationToken = default)
    {
        See(command, eventData, eventData.Exception);
        return Task.CompletedTask;
    }

    private static void See(DbCommand command, CommandEndEventData ended, Exception? fault = null)
    {
        if (Activity.Current is not { } current)
        {
            return;
        }

        Find(current)?.AddStatement();
        var verb = command.CommandText.AsSpan().TrimStart();
        var end = verb.IndexOfAny(' ', '\n');
        using var activity = Tracing.Source.StartActivity(
            end < 0 ? "sql" : verb[..end].ToString(), ActivityKind.Client, current.Context, tags: null, links: null, startTime: ended.StartTime);
        if (activity is not null)
        {
            activity.SetTag("db.query.text", command.CommandText).SetEndTime((ended.StartTime + ended.Duration).UtcDateTime);
            if (fault is not null)
            {
                // Its message may quote a value.
                activity.SetStatus(ActivityStatusCode.Error).SetTag("error.type", fault.GetType().Name);
            }
        }
    }

    /// <summary>The request that <paramref name="activity"/> belongs to.</summary>
    internal static MeasuredRequest? Find(Activity? activity)
    {
        for (; activity is not null; activity = activity.Parent)
        {
            if (activity.GetCustomProperty(nameof(MeasuredRequest)) is MeasuredRequest request)
            {
                return request;
            }
        }

        return null;
    }
}
