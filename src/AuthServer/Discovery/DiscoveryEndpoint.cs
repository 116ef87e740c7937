using System.Text.Json;
using AuthServer.Keys;
using AuthServer.Protocol;

namespace AuthServer.Discovery;

/// <summary>
/// What this server offers (OpenID Connect Discovery 1.0 §4; RFC 8414 §3) and its public keys (RFC 7517). It tells only what works, and asks
/// the database nothing.
/// </summary>
internal static class DiscoveryEndpoint
{
    private const string CachePolicy = "public, max-age=300";

    public static void MapDiscovery(this IEndpointRouteBuilder endpoints)
    {
        var metadata = JsonSerializer.SerializeToUtf8Bytes(
            ServerMetadata.Of(endpoints.ServiceProvider.GetRequiredService<Issuer>()), MetadataJson.Default.ServerMetadata);
        Map(endpoints, "/.well-known/openid-configuration", context => WriteAsync(context, metadata, "application/json"));
        Map(endpoints, "/.well-known/oauth-authorization-server", context => WriteAsync(context, metadata, "application/json"));

        var keys = endpoints.ServiceProvider.GetRequiredService<SigningKeyRing>();
        Map(endpoints, "/.well-known/jwks", context => WriteAsync(context, keys.Jwks, "application/jwk-set+json"));
    }

    // HEAD too: monitors ask so (RFC 9110 §9.1).
    private static void Map(IEndpointRouteBuilder endpoints, string path, RequestDelegate answer) =>
        endpoints.MapMethods(path, [HttpMethods.Get, HttpMethods.Head], answer).WithClientCors().WithMetadata(new WithoutSession());

    private static async Task WriteAsync(HttpContext context, ReadOnlyMemory<byte> body, string contentType)
    {
        context.Response.ContentType = contentType;
        context.Response.ContentLength = body.Length;
        context.Response.Headers.CacheControl = CachePolicy;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await context.Response.BodyWriter.WriteAsync(body, context.RequestAborted);
        }
    }
}
