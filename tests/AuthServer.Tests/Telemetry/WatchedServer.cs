using AuthServer.Database;
using AuthServer.Tests.Fixtures;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Logging;

namespace AuthServer.Tests.Telemetry;

/// <summary>The server on SQLite with the page for a scraper, and a collector that it sends everything to.</summary>
public sealed class WatchedServer() : AuthServerFactory(DatabaseProvider.Sqlite, LogLevel.Information)
{
    internal Collector Collector { get; } = new();

    public override async ValueTask InitializeAsync()
    {
        await Collector.StartAsync();
        await base.InitializeAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await Collector.DisposeAsync();
    }

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        base.ConfigureWebHost(builder);
        builder.UseSetting("AuthServer:Telemetry:Metrics:Listen", "http://127.0.0.1:0");
        builder.UseSetting("AuthServer:Telemetry:Otlp:Endpoint", Collector.Address);
        builder.UseSetting("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf");
        builder.UseSetting("OTEL_BSP_SCHEDULE_DELAY", "200");
        builder.UseSetting("OTEL_METRIC_EXPORT_INTERVAL", "200");
    }
}
