using System.Collections.Frozen;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using AuthServer.Grants;
using AuthServer.Grants.Revocation;
using AuthServer.Protocol;

namespace AuthServer.Telemetry;

/// <summary>
/// One log line and two measurements a request: <c>authserver.request.duration</c> by endpoint and outcome, <c>authserver.request.statements</c> by
/// endpoint. Endpoints are our patterns and outcomes our words: nothing that a caller made up becomes a tag, or is logged.
/// </summary>
internal sealed partial class RequestMetrics
{
    // Files, and addresses that nobody serves.
    private const string NoEndpoint = "other";

    private static readonly FrozenSet<string> Quiet = FrozenSet.Create(
        StringComparer.Ordinal,
        "/healthz/live", "/healthz/ready", "/.well-known/openid-configuration", "/.well-known/oauth-authorization-server", "/.well-known/jwks",
        "/connect/token", "/connect/introspect", "/connect/revoke", "/connect/userinfo");

    private readonly TimeProvider _time;
    private readonly ILogger<RequestMetrics> _logger;
    private readonly Histogram<double> _duration;
    private readonly Histogram<int> _statements;

    public RequestMetrics(IMeterFactory meters, StatementWatch statements, TimeProvider time, ILogger<RequestMetrics> logger)
    {
        statements.Add((_, _) => StatementTelemetry.Find(Activity.Current)?.AddStatement());
        (_time, _logger) = (time, logger);
        var meter = meters.Create(RevocationMetrics.Meter);
        _duration = meter.CreateHistogram(
            "authserver.request.duration",
            "s",
            "From the request's headers to its answer's end.",
            tags: null,
            new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] });
        _statements = meter.CreateHistogram(
            "authserver.request.statements",
            "{statement}",
            "Statements sent to the database for a request.",
            tags: null,
            new InstrumentAdvice<int> { HistogramBucketBoundaries = [0, 1, 2, 3, 5, 10, 20, 50, 100] });
    }

    public async Task MeasureAsync(HttpContext context, RequestDelegate next)
    {
        var begun = _time.GetTimestamp();
        var request = new MeasuredRequest();
        context.Features.Set(request);
        Activity.Current?.SetCustomProperty(nameof(MeasuredRequest), request);

        // One that is there for the log alone is told nothing.
        var activity = Activity.Current is { } current && current.Source.HasListeners() ? current : null;
        activity?.SetTag("authserver.request.id", context.TraceIdentifier);
        try
        {
            await next(context);
        }
        finally
        {
            Measure(context, request, activity, _time.GetElapsedTime(begun));
        }
    }

    private void Measure(HttpContext context, MeasuredRequest request, Activity? activity, TimeSpan elapsed)
    {
        var (endpoint, status) = (request.Endpoint ?? NoEndpoint, context.Response.StatusCode);
        var outcome = context.RequestAborted.IsCancellationRequested ? "aborted" : Outcome(request, status);
        var method = Method(context.Request.Method);
        activity?.DisplayName = $"{method} {endpoint}";
        activity?.SetTag("authserver.request.outcome", outcome);
        var named = new KeyValuePair<string, object?>("endpoint", endpoint);
        _duration.Record(elapsed.TotalSeconds, named, new("outcome", outcome));
        _statements.Record(request.Statements, named);

        // Balancers and clients by the thousand are answered the same; how many, and how fast, the measurements tell. A line costs as much as the answer.
        var level = outcome == "ok" && Quiet.Contains(endpoint) ? LogLevel.Debug : LogLevel.Information;
        if (_logger.IsEnabled(level))
        {
            var address = context.Connection.RemoteIpAddress?.ToString();
            LogAnswered(_logger, level, method, endpoint, status, outcome, elapsed.TotalMilliseconds, request.Statements, address);
        }
    }

    private static string Outcome(MeasuredRequest request, int status) =>
        request.Error ?? (status < StatusCodes.Status400BadRequest ? "ok" : status.ToString(CultureInfo.InvariantCulture));

    private static string Method(string method) =>
        method is "GET" or "HEAD" or "POST" or "PUT" or "PATCH" or "DELETE" or "OPTIONS" ? method : NoEndpoint;

    [LoggerMessage(EventId = 1501, Message = "{Method} {Endpoint}: {Status} {Outcome} in {Milliseconds:0.0} ms, {Statements} statement(s), for {Address}")]
    private static partial void LogAnswered(
        ILogger logger, LogLevel level, string method, string endpoint, int status, string outcome, double milliseconds, int statements, string? address);
}
