using System.Text.Json;
using AuthServer.Grants;
using AuthServer.Grants.Entities;
using AuthServer.Keys;
using AuthServer.Protocol;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace AuthServer.Telemetry;

/// <summary>
/// <c>/healthz/live</c>: the process answers. <c>/healthz/ready</c>: it can do its work; 503 where it cannot, so that a balancer sends nobody here.
/// Neither says more than which part it is.
/// </summary>
internal static class Health
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    // A notice is tried at once, and again and again; one that has waited so long says that the dispatcher does not come by.
    private static readonly TimeSpan LongestOverdue = TimeSpan.FromMinutes(15);

    public static void AddHealth(this IServiceCollection services) => services.AddHealthChecks()
        .Add("database", Database)
        .Add("keys", Keys)
        .Add("history", History)
        .Add("deliveries", Deliveries);

    public static void MapHealth(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapHealthChecks("/healthz/live", new HealthCheckOptions { Predicate = _ => false, ResponseWriter = WriteAsync });
        endpoints.MapHealthChecks("/healthz/ready", new HealthCheckOptions { ResponseWriter = WriteAsync });
    }

    private static IHealthChecksBuilder Add(
        this IHealthChecksBuilder builder, string name, Func<IServiceProvider, CancellationToken, Task<HealthCheckResult>> check) =>
        builder.Add(new HealthCheckRegistration(name, provider => new Check(provider, check), HealthStatus.Unhealthy, tags: null, Patience));

    /// <summary>It answers, and has the schema this server knows: another version may have migrated it meanwhile.</summary>
    private static async Task<HealthCheckResult> Database(IServiceProvider services, CancellationToken cancellationToken)
    {
        var db = services.GetRequiredService<AuthServerDbContext>();
        var applied = await db.Database.GetAppliedMigrationsAsync(cancellationToken);
        return applied.ToHashSet(StringComparer.Ordinal).SetEquals(db.Database.GetMigrations()) ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy();
    }

    private static async Task<HealthCheckResult> Keys(IServiceProvider services, CancellationToken cancellationToken)
    {
        var keys = services.GetRequiredService<SigningKeyRing>();
        await keys.RefreshAsync(cancellationToken);
        return SigningKeyForm.Algorithms.All(alg => keys.Verifies(keys.Credentials(alg).Kid)) ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy();
    }

    /// <summary>A token that knows more than the database says that a backup was put back: <c>--restored</c> must be said, then a new start.</summary>
    private static Task<HealthCheckResult> History(IServiceProvider services, CancellationToken cancellationToken) => Task.FromResult(
        services.GetRequiredService<HistoryWatch>().WentBack ? HealthCheckResult.Unhealthy() : HealthCheckResult.Healthy());

    /// <summary>Nobody is better served by another node: the backlog is told, and turns nobody away.</summary>
    private static async Task<HealthCheckResult> Deliveries(IServiceProvider services, CancellationToken cancellationToken)
    {
        var overdue = services.GetRequiredService<TimeProvider>().GetUtcNow().UtcDateTime - LongestOverdue;
        return await services.GetRequiredService<AuthServerDbContext>().Deliveries
            .AnyAsync(delivery => delivery.State == DeliveryState.Pending && delivery.NextAttemptAt < overdue, cancellationToken)
            ? HealthCheckResult.Degraded()
            : HealthCheckResult.Healthy();
    }

    private static Task WriteAsync(HttpContext context, HealthReport report)
    {
        context.Response.ContentType = "application/json";
        var body = new SortedDictionary<string, string>(StringComparer.Ordinal) { ["status"] = Word(report.Status) };
        foreach (var (name, entry) in report.Entries)
        {
            body[name] = Word(entry.Status);
        }

        return context.Response.WriteAsync(JsonSerializer.Serialize(body), context.RequestAborted);
    }

    private static string Word(HealthStatus status) => status switch
    {
        HealthStatus.Healthy => "healthy",
        HealthStatus.Degraded => "degraded",
        _ => "unhealthy",
    };

    /// <summary>A check that is a function; one that throws is unhealthy.</summary>
    private sealed class Check(IServiceProvider services, Func<IServiceProvider, CancellationToken, Task<HealthCheckResult>> check) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => check(services, cancellationToken);
    }
}
