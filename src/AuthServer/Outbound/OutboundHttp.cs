namespace AuthServer.Outbound;

/// <summary>
/// Calls addresses that clients registered: public ones only, unless the operator allows more; without cookies, proxy or redirects, for a few
/// seconds and a few kilobytes.
/// </summary>
internal sealed class OutboundHttp(IHttpClientFactory clients, TimeProvider time)
{
    /// <summary>The named client behind it. A test puts its own primary handler there.</summary>
    public const string ClientName = "outbound";

    /// <summary>From looking up the name to the last byte of the answer.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    /// <param name="request">What to send; it is not disposed of.</param>
    /// <param name="maxBody">So many bytes of the answer are read.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <exception cref="OutboundException">There is no answer.</exception>
    public async Task<OutboundAnswer> SendAsync(HttpRequestMessage request, int maxBody, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            using var client = clients.CreateClient(ClientName);
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            return await ReadAsync(response, maxBody, either.Token);
        }
        catch (OperationCanceledException fault) when (!cancellationToken.IsCancellationRequested)
        {
            throw new OutboundException($"No answer within {Limit.TotalSeconds:0} seconds.", fault);
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException)
        {
            throw new OutboundException(Words(fault), fault);
        }
    }

    private static async Task<OutboundAnswer> ReadAsync(HttpResponseMessage response, int maxBody, CancellationToken cancellationToken)
    {
        var buffer = new byte[maxBody + 1];
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        var read = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        return new OutboundAnswer(response.StatusCode, buffer.AsMemory(0, Math.Min(read, maxBody)), read <= maxBody);
    }

    private static string Words(Exception fault)
    {
        for (var cause = fault.InnerException; cause is not null; cause = cause.InnerException)
        {
            if (cause is OutboundException refused)
            {
                return refused.Message;
            }
        }

        return (fault as HttpRequestException)?.HttpRequestError switch
        {
            HttpRequestError.NameResolutionError => "The host's name does not resolve.",
            HttpRequestError.ConnectionError => "No connection to the host.",
            HttpRequestError.SecureConnectionError => "The host's TLS certificate is not trusted, or TLS failed.",
            _ => "The answer could not be read.",
        };
    }
}
