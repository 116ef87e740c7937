using Microsoft.Extensions.Options;

namespace AuthServer.Telemetry;

/// <summary>Addresses must be addresses: a server that is thought to be watched and is not would be worse than one that does not start.</summary>
internal sealed class TelemetryValidator : IValidateOptions<AuthServerOptions>
{
    private const string Section = $"{AuthServerOptions.Section}:{nameof(AuthServerOptions.Telemetry)}";

    public ValidateOptionsResult Validate(string? name, AuthServerOptions options)
    {
        var failures = new List<string>();

        // Kestrel knows the stars; addresses do not.
        if (options.Telemetry.Metrics.Listen is { Length: > 0 } listen
            && !(Uri.TryCreate(listen.Replace("//*", "//localhost", StringComparison.Ordinal).Replace("//+", "//localhost", StringComparison.Ordinal), UriKind.Absolute, out var page) && page.Scheme == Uri.UriSchemeHttp && page.PathAndQuery == "/"))
        {
            failures.Add($"{Section}:Metrics:Listen: '{listen}' is not an address such as http://127.0.0.1:9464.");
        }

        if (options.Telemetry.Otlp.Endpoint is { Length: > 0 } endpoint
            && !(Uri.TryCreate(endpoint, UriKind.Absolute, out var collector) && (collector.Scheme == Uri.UriSchemeHttp || collector.Scheme == Uri.UriSchemeHttps)))
        {
            failures.Add($"{Section}:Otlp:Endpoint: it is not an address such as http://127.0.0.1:4317.");
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
