using System.Buffers.Binary;
using Microsoft.AspNetCore.Http.Features;

namespace AuthServer.Telemetry;

/// <summary>
/// Names each request, here and not by the caller, before anything is logged of it. In the order of time: the ledger keeps the name, and its index of them grows at its end; the server's own names
/// begin with the connection's, and each connection would have a page of the index to change. Unique in this process, and after it, as long as there are fewer than ten million a second.
/// </summary>
internal sealed class NamedRequests(IServiceProvider services, TimeProvider time) : IHttpContextFactory
{
    private readonly DefaultHttpContextFactory _contexts = new(services);
    private long _last = time.GetUtcNow().Ticks;

    public HttpContext Create(IFeatureCollection featureCollection)
    {
        Span<byte> number = stackalloc byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(number, Interlocked.Increment(ref _last));
        var context = _contexts.Create(featureCollection);
        context.TraceIdentifier = Convert.ToHexStringLower(number);
        return context;
    }

    public void Dispose(HttpContext httpContext) => _contexts.Dispose(httpContext);
}
