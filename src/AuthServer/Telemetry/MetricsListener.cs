using System.Diagnostics.Metrics;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace AuthServer.Telemetry;

/// <summary>
/// Serves <c>/metrics</c> and <c>/healthz/*</c> at an address of their own, where one is configured: a second, bare Kestrel, so that nothing else can
/// be reached there, and the page nowhere else, whatever a request says of its host (docs/decisions/0015).
/// </summary>
internal sealed class MetricsListener(IOptions<AuthServerOptions> options, IMeterFactory meters, HealthCheckService health, ILoggerFactory loggers)
    : IHostedService, IAsyncDisposable
{
    private MetricsPage? _page;
    private WebApplication? _app;

    /// <summary>Where it listens; null: nowhere.</summary>
    public string? Address => _app?.Urls.FirstOrDefault();

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.Value.Telemetry.Metrics.Listen is not { Length: > 0 } listen)
        {
            return;
        }

        var page = _page = new MetricsPage(meters);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls(listen).ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton(loggers);
        builder.Services.AddSingleton(health);
        builder.Services.AddSingleton<IHostLifetime, Beside>();
        _app = builder.Build();
        _app.MapHealth();
        _app.MapGet("/metrics", context =>
        {
            context.Response.ContentType = MetricsPage.ContentType;
            return context.Response.WriteAsync(page.Write(), context.RequestAborted);
        });
        await _app.StartAsync(cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => _app?.StopAsync(cancellationToken) ?? Task.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        _page?.Dispose();
        if (_app is not null)
        {
            await _app.DisposeAsync();
        }
    }

    /// <summary>It lives and ends with the server, and hears no signals of its own.</summary>
    private sealed class Beside : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
