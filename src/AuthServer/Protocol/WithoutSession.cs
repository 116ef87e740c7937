namespace AuthServer.Protocol;

/// <summary>Marks an endpoint that clients call: it looks at no session, so nobody has to read a cookie for it.</summary>
internal sealed class WithoutSession;

/// <summary>How such endpoints are reached.</summary>
internal static class WithoutSessionExtensions
{
    /// <summary>After routing and CORS, before authentication: they are answered here.</summary>
    public static void UseEndpointsWithoutSession(this IApplicationBuilder pipeline) => pipeline.Use((context, next) =>
        context.GetEndpoint() is { RequestDelegate: { } answer } endpoint && endpoint.Metadata.GetMetadata<WithoutSession>() is not null
            ? answer(context)
            : next(context));
}
