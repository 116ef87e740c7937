namespace AuthServer.Protocol;

/// <summary>An endpoint that clients call, without a cookie. One object answers all requests. What fails as storage does is 503, and what it threw is logged.</summary>
internal abstract partial class ProtocolEndpoint(ILogger<ProtocolEndpoint> logger)
{
    /// <summary>Answers a request, whatever comes of it.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        IResult answer;
        try
        {
            answer = await AnswerAsync(context, context.RequestAborted);
        }
        catch (Exception fault) when (StorageFaults.IsStorageFault(fault))
        {
            LogUnavailable(logger, context.Request.Path, fault);
            answer = OAuthError.Unavailable;
        }

        Answered(context, answer);
        await answer.ExecuteAsync(context);
    }

    protected abstract Task<IResult> AnswerAsync(HttpContext context, CancellationToken cancellationToken);

    /// <summary>Sees every answer before it is written, those to faults too.</summary>
    protected virtual void Answered(HttpContext context, IResult answer)
    {
    }

    [LoggerMessage(1101, LogLevel.Error, "Storage did not answer at {Path}: 503.")]
    private static partial void LogUnavailable(ILogger logger, string path, Exception fault);
}

/// <summary>How such endpoints come to where they are called.</summary>
internal static class ProtocolEndpointExtensions
{
    /// <summary>It is made at its first request: a start waits for nothing of it.</summary>
    public static IEndpointConventionBuilder MapProtocol<TEndpoint>(this IEndpointRouteBuilder endpoints, string pattern, params string[] methods)
        where TEndpoint : ProtocolEndpoint
    {
        var endpoint = new Lazy<TEndpoint>(() => ActivatorUtilities.CreateInstance<TEndpoint>(endpoints.ServiceProvider));
        return endpoints.MapMethods(pattern, methods, context => endpoint.Value.HandleAsync(context)).WithMetadata(new WithoutSession());
    }
}
