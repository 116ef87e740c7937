using System.Collections.Concurrent;

namespace AuthServer.Tests.Fixtures;

/// <summary>Everybody out there that the server may call, by host. A call to anybody else is a fault.</summary>
public sealed class Receivers : HttpMessageHandler
{
    private readonly ConcurrentDictionary<string, Receiver> _hosts = new(StringComparer.Ordinal);

    public Receiver this[string host] => _hosts.GetOrAdd(host, _ => new Receiver());

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
        _hosts.TryGetValue(request.RequestUri!.Host, out var receiver)
            ? receiver.ReceiveAsync(request, cancellationToken)
            : throw new InvalidOperationException($"No test answers for {request.RequestUri}.");
}
