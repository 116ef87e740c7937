using System.Net;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Options;
using IPNetwork = System.Net.IPNetwork;

namespace AuthServer.Protocol;

/// <summary>
/// The proxies whose word about the caller is taken: <c>X-Forwarded-For</c> and <c>X-Forwarded-Proto</c>, from configured addresses alone, hop by
/// hop. Never <c>X-Forwarded-Host</c>: this server knows its name from its configuration.
/// </summary>
internal static partial class Proxies
{
    public static void UseProxies(this WebApplication app)
    {
        var networks = app.Services.GetRequiredService<IOptions<AuthServerOptions>>().Value.Proxies;
        if (networks.Count > 0)
        {
            app.UseForwarded(networks);
        }

        if (app.Services.GetRequiredService<Issuer>().IsHttps)
        {
            app.WatchForPlainHttp();
        }
    }

    private static void UseForwarded(this WebApplication app, IEnumerable<string> networks)
    {
        var options = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto, ForwardLimit = null };
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var network in networks)
        {
            options.KnownIPNetworks.Add(Parse(network)!.Value);
        }

        app.UseForwardedHeaders(options);
    }

    // Cookies are for https alone, so every page with a form fails then; said once, at the first form.
    private static void WatchForPlainHttp(this WebApplication app)
    {
        var said = 0;
        app.Use((context, next) =>
        {
            if (!context.Request.IsHttps && context.Request.Path.StartsWithSegments("/Identity", StringComparison.OrdinalIgnoreCase) && Interlocked.Exchange(ref said, 1) == 0)
            {
                LogPlainHttp(app.Logger, context.Connection.RemoteIpAddress);
            }

            return next(context);
        });
    }

    [LoggerMessage(1502, LogLevel.Warning,
        "A page was asked for over http from {Address}, and the issuer is https. If that is your proxy, name it in AuthServer:Proxies, and let it send X-Forwarded-Proto.")]
    private static partial void LogPlainHttp(ILogger logger, IPAddress? address);

    /// <summary>An address is a network of one; null: it is neither.</summary>
    public static IPNetwork? Parse(string text) =>
        IPNetwork.TryParse(text, out var network) ? network
        : IPAddress.TryParse(text, out var address) ? new IPNetwork(address, address.GetAddressBytes().Length * 8)
        : null;
}

/// <summary>Every proxy must be an address or a network, and there must be no second way of naming them.</summary>
internal sealed class ProxiesValidator(IConfiguration configuration) : IValidateOptions<AuthServerOptions>
{
    private const string Key = $"{AuthServerOptions.Section}:{nameof(AuthServerOptions.Proxies)}";

    public ValidateOptionsResult Validate(string? name, AuthServerOptions options)
    {
        var failures = options.Proxies.Index().Where(proxy => Proxies.Parse(proxy.Item) is null)
            .Select(proxy => $"{Key}:{proxy.Index}: '{proxy.Item}' is not an address such as 10.1.0.7 or a network such as 10.1.0.0/16.").ToList();

        // The framework's own switch believes whoever calls.
        if (string.Equals(configuration["ForwardedHeaders_Enabled"], "true", StringComparison.OrdinalIgnoreCase))
        {
            failures.Add($"ASPNETCORE_FORWARDEDHEADERS_ENABLED would trust every caller's X-Forwarded-For: unset it and name your proxies in {Key}.");
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
