using System.Reflection;
using AuthServer.Grants.Revocation;
using Microsoft.Extensions.Options;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace AuthServer.Telemetry;

/// <summary>Sends metrics and traces to a collector by OTLP, where one is configured. It ends last, and sends what is left.</summary>
internal sealed class TelemetryExport(IConfiguration configuration, IOptions<AuthServerOptions> options) : IHostedService, IDisposable
{
    private const string EndpointKey = "OTEL_EXPORTER_OTLP_ENDPOINT";

    private MeterProvider? _metrics;
    private TracerProvider? _traces;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if ((options.Value.Telemetry.Otlp.Endpoint ?? configuration[EndpointKey]) is not { Length: > 0 } endpoint)
        {
            return Task.CompletedTask;
        }

        // Its own variables mean what its documentation says; they may stand in our configuration too.
        IConfiguration settings = new ConfigurationBuilder().AddConfiguration(configuration).AddInMemoryCollection([new(EndpointKey, endpoint)]).Build();
        _metrics = Sdk.CreateMeterProviderBuilder()
            .ConfigureServices(services => services.AddSingleton(settings))
            .ConfigureResource(Describe)
            .AddMeter(RevocationMetrics.Meter, "System.Runtime")
            .AddOtlpExporter()
            .Build();
        _traces = Sdk.CreateTracerProviderBuilder()
            .ConfigureServices(services => services.AddSingleton(settings))
            .ConfigureResource(Describe)
            .AddSource(RevocationMetrics.Meter, "Microsoft.AspNetCore")
            .AddProcessor(new SafeTags())
            .AddOtlpExporter()
            .Build();
        return Task.CompletedTask;
    }

    // Not yet: what stops after this has something to tell too.
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        _traces?.Dispose();
        _metrics?.Dispose();
    }

    private static void Describe(ResourceBuilder resource) => resource
        .AddService("authserver", serviceVersion: typeof(TelemetryExport).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion)
        .AddEnvironmentVariableDetector();
}
