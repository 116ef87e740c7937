using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace AuthServer.Protocol;

/// <summary>A successful answer of a protocol endpoint, JSON with a length. No cache may keep it (RFC 6749 §5.1).</summary>
internal sealed class JsonAnswer<T>(T value, JsonTypeInfo<T> type) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(value, type);
        var response = httpContext.Response;
        response.Headers.CacheControl = "no-store";
        response.ContentType = "application/json";
        response.ContentLength = body.Length;
        await response.BodyWriter.WriteAsync(body, httpContext.RequestAborted);
    }
}
