using System.Collections.Frozen;
using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.Net.Http.Headers;

namespace AuthServer.Protocol;

/// <summary>
/// The short way to the endpoints that clients call: by path and method, before routing and before what is there for pages (docs/decisions/0022). Only a plain request takes it; one with another spelling of
/// the path, of a script, or with a body in an encoding of its own goes the long way, where routing finds the same endpoint.
/// </summary>
internal static class DirectEndpoints
{
    /// <param name="pipeline">Where the way turns off.</param>
    /// <param name="clients">What clients call. Looked at when the first request comes.</param>
    public static void UseDirectEndpoints(this IApplicationBuilder pipeline, IEndpointRouteBuilder clients)
    {
        var ends = new Lazy<FrozenDictionary<string, End>>(() => clients.DataSources.SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            .Select(endpoint => new End(endpoint)).ToFrozenDictionary(end => end.Path, StringComparer.Ordinal));
        pipeline.Use((context, next) =>
            context.Request.Path.Value is { } path && ends.Value.TryGetValue(path, out var end) && end.Takes(context.Request) ? end.AnswerAsync(context) : next(context));
    }

    /// <summary>One endpoint, and what routing and CORS would do for it.</summary>
    private sealed class End(RouteEndpoint endpoint)
    {
        private readonly RequestDelegate _answer = endpoint.RequestDelegate!;
        private readonly string[] _methods = [.. endpoint.Metadata.GetRequiredMetadata<IHttpMethodMetadata>().HttpMethods];
        private readonly bool _forScripts = endpoint.Metadata.GetMetadata<IEnableCorsAttribute>() is not null;

        public string Path { get; } = endpoint.RoutePattern.RawText!;

        public bool Takes(HttpRequest request) =>
            _methods.Contains(request.Method, StringComparer.Ordinal)
            && request.Headers.Origin.Count == 0
            && request.ContentType is null or ProtocolParameters.FormType;

        public Task AnswerAsync(HttpContext context)
        {
            context.SetEndpoint(endpoint);
            context.Features.Get<MeasuredRequest>()?.Endpoint ??= Path;
            if (_forScripts)
            {
                context.Response.Headers.Vary = HeaderNames.Origin;
            }

            return _answer(context);
        }
    }
}
