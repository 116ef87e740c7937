using System.Net;
using Microsoft.Extensions.Options;

namespace AuthServer.Outbound;

/// <summary>Every network of <see cref="OutboundOptions.Allow"/> must be one.</summary>
internal sealed class OutboundValidator : IValidateOptions<AuthServerOptions>
{
    private const string Key = $"{AuthServerOptions.Section}:{nameof(AuthServerOptions.Outbound)}:{nameof(OutboundOptions.Allow)}";

    public ValidateOptionsResult Validate(string? name, AuthServerOptions options)
    {
        var failures = options.Outbound.Allow.Index().Where(network => !IPNetwork.TryParse(network.Item, out _))
            .Select(network => $"{Key}:{network.Index}: '{network.Item}' is not a network such as 10.1.0.0/16 or fd00::/8.").ToList();
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
