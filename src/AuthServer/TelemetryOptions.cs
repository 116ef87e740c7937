namespace AuthServer;

/// <summary>
/// Who is told what this server measures. Without either setting, and without <c>OTEL_EXPORTER_OTLP_ENDPOINT</c>, nobody is, and nothing is
/// listened to.
/// </summary>
public sealed class TelemetryOptions
{
    /// <summary>The page for a scraper.</summary>
    public MetricsOptions Metrics { get; set; } = new();

    /// <summary>The collector that is sent to.</summary>
    public OtlpOptions Otlp { get; set; } = new();
}

/// <summary>The page in Prometheus' text format.</summary>
public sealed class MetricsOptions
{
    /// <summary>
    /// The address of its own that <c>/metrics</c> and <c>/healthz/*</c> answer at, and nothing else: <c>http://127.0.0.1:9464</c>. Plain http, so
    /// for a private network. Default: none; then there is no such page.
    /// </summary>
    public string? Listen { get; set; }
}

/// <summary>OpenTelemetry's protocol. All other of its settings are the standard's variables, <c>OTEL_EXPORTER_OTLP_*</c>.</summary>
public sealed class OtlpOptions
{
    /// <summary>Where metrics and traces are sent. Default: <c>OTEL_EXPORTER_OTLP_ENDPOINT</c>; without that, nothing is sent.</summary>
    public string? Endpoint { get; set; }
}
