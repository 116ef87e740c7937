using Microsoft.AspNetCore.Cors.Infrastructure;
using Microsoft.Net.Http.Headers;

namespace AuthServer.Protocol;

/// <summary>
/// What scripts of other origins may read (Fetch, CORS protocol): the answers of the endpoints a browser client calls, at the origins of registered
/// clients, without cookies. The authorization endpoint and pages are navigated to, never fetched (RFC 9700 §2.6).
/// </summary>
internal sealed class ClientCors(ClientOrigins origins) : ICorsPolicyProvider
{
    public const string Policy = "clients";

    private static readonly CorsPolicy Nobody = new();

    public async Task<CorsPolicy?> GetPolicyAsync(HttpContext context, string? policyName)
    {
        var origin = context.Request.Headers.Origin.ToString();
        return policyName == Policy && await origins.ContainsAsync(origin, context.RequestAborted) ? For(origin) : Nobody;
    }

    private static CorsPolicy For(string origin) => new CorsPolicyBuilder(origin)
        .WithMethods(HttpMethods.Get, HttpMethods.Post)
        .WithHeaders(HeaderNames.Authorization, HeaderNames.ContentType, "DPoP")
        .WithExposedHeaders(HeaderNames.WWWAuthenticate, "DPoP-Nonce", HeaderNames.RetryAfter)
        .SetPreflightMaxAge(TimeSpan.FromMinutes(10))
        .DisallowCredentials()
        .Build();
}

/// <summary>How an endpoint becomes one that browser clients may call.</summary>
internal static class ClientCorsExtensions
{
    public static TBuilder WithClientCors<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder => endpoint.RequireCors(ClientCors.Policy);

    /// <summary>After routing. Answers vary by origin also where none was sent: a cache must not hand them to a script that sends one.</summary>
    public static void UseClientCors(this IApplicationBuilder pipeline)
    {
        pipeline.Use((context, next) =>
        {
            if (context.GetEndpoint()?.Metadata.GetMetadata<IEnableCorsAttribute>() is not null)
            {
                context.Response.OnStarting(static state => Vary((HttpResponse)state), context.Response);
            }

            return next(context);
        });

        // Where no script asks there is nothing to look up.
        pipeline.UseWhen(context => context.Request.Headers.Origin.Count > 0, asked => asked.UseCors());
    }

    private static Task Vary(HttpResponse response)
    {
        if (!response.Headers.Vary.Contains(HeaderNames.Origin, StringComparer.OrdinalIgnoreCase))
        {
            response.Headers.Append(HeaderNames.Vary, HeaderNames.Origin);
        }

        return Task.CompletedTask;
    }
}
