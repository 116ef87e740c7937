using AuthServer.Protocol;

namespace AuthServer.Telemetry;

/// <summary>Where requests are measured.</summary>
internal static class TelemetryPipeline
{
    /// <summary>Around everything, faults and files too.</summary>
    public static void UseRequestMetrics(this IApplicationBuilder pipeline)
    {
        var metrics = pipeline.ApplicationServices.GetRequiredService<RequestMetrics>();
        pipeline.Use(metrics.MeasureAsync);
    }

    /// <summary>After routing. What answers in the place of an endpoint that failed does not take its name.</summary>
    public static void UseEndpointNames(this IApplicationBuilder pipeline) => pipeline.Use((context, next) =>
    {
        if (context.GetEndpoint() is RouteEndpoint endpoint && context.Features.Get<MeasuredRequest>() is { } request)
        {
            request.Endpoint ??= "/" + endpoint.RoutePattern.RawText?.TrimStart('/');
        }

        return next(context);
    });
}
