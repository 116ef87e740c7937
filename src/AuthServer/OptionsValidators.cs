using Microsoft.Extensions.Options;

namespace AuthServer;

/// <summary>The ranges of <see cref="AuthServerOptions"/>.</summary>
[OptionsValidator]
internal sealed partial class AuthServerOptionsValidator : IValidateOptions<AuthServerOptions>;

/// <summary>The issuer must be an address that cannot be mistaken (RFC 8414 §2).</summary>
internal sealed class IssuerValidator(IHostEnvironment environment) : IValidateOptions<AuthServerOptions>
{
    private const string Key = $"{AuthServerOptions.Section}:{nameof(AuthServerOptions.Issuer)}";

    public ValidateOptionsResult Validate(string? name, AuthServerOptions options)
    {
        if (options.Issuer is null)
        {
            return environment.IsDevelopment()
                ? ValidateOptionsResult.Success
                : ValidateOptionsResult.Fail($"{Key} is required outside Development: the https address under which this server is reached.");
        }

        return Problem(options.Issuer) is { } problem ? ValidateOptionsResult.Fail($"{Key}: {problem}") : ValidateOptionsResult.Success;
    }

    private static string? Problem(string issuer) =>
        !Uri.TryCreate(issuer, UriKind.Absolute, out var uri) || uri.Scheme is not ("https" or "http") ? $"'{issuer}' is not an https address."
        : uri.Scheme == "http" && !uri.IsLoopback ? $"'{issuer}' must be https; http is good for loopback only."
        : uri.Query.Length + uri.Fragment.Length + uri.UserInfo.Length > 0 ? $"'{issuer}' must have no user, query or fragment."
        : uri.AbsolutePath != "/" ? $"'{issuer}' must have no path: give the server a host name of its own."
        : issuer.EndsWith('/') ? $"'{issuer}' must not end with a slash."
        : null;
}
