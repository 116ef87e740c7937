using Microsoft.Extensions.Options;

namespace AuthServer.Protocol;

/// <summary>
/// The issuer identifier (RFC 8414 §2) and the addresses below it. It is configuration, never the Host header: a client must not be
/// talked into another server's tokens (RFC 9700 §4.4).
/// </summary>
internal sealed class Issuer(IOptions<AuthServerOptions> options, IConfiguration configuration)
{
    private const string DefaultAddress = "http://localhost:5000";

    /// <summary>Without a trailing slash.</summary>
    public string Value { get; } = options.Value.Issuer ?? FirstAddress(configuration["urls"]);

    /// <summary>Whether browsers reach this server by https alone.</summary>
    public bool IsHttps => Value.StartsWith("https:", StringComparison.Ordinal);

    public string At(string path) => Value + path;

    private static string FirstAddress(string? urls) =>
        urls?.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) is [var first, ..]
            ? BindingAddress.Parse(first) is var binding && binding.Host is "*" or "+" or "0.0.0.0" or "[::]"
                ? $"{binding.Scheme}://localhost:{binding.Port}"
                : first.TrimEnd('/')
            : DefaultAddress;
}
