using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.WebUtilities;

namespace AuthServer.Protocol;

/// <summary>Seals waiting requests and opens them again.</summary>
internal sealed class Continuations(IDataProtectionProvider dataProtection, TimeProvider time)
{
    /// <summary>The query parameter that carries one.</summary>
    public const string Parameter = "continue";

    public static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    private readonly IDataProtector _protector = dataProtection.CreateProtector("AuthServer.Continuations.v1");

    public string Seal(Continuation continuation) =>
        WebEncoders.Base64UrlEncode(_protector.Protect(JsonSerializer.SerializeToUtf8Bytes(continuation)));

    /// <summary>Null for one we did not seal, of another kind, or older than an hour.</summary>
    public Continuation? Open(string? text, ContinuationKind kind)
    {
        var continuation = Open(text);
        return continuation?.Kind == kind && time.GetUtcNow().UtcDateTime - continuation.AskedAt <= Lifetime ? continuation : null;
    }

    /// <summary>The registered URI at which the request behind <paramref name="returnUrl"/> will be answered: forms on the way may lead there.</summary>
    public string? ReturnUriOf(string? returnUrl) => Behind(returnUrl)?.ReturnUri;

    /// <summary>Whether that request wants the second factor asked for.</summary>
    public bool WantsSecondFactor(string? returnUrl) => Behind(returnUrl) is { SecondFactor: true };

    private Continuation? Behind(string? returnUrl)
    {
        var query = returnUrl?.IndexOf('?', StringComparison.Ordinal) ?? -1;
        return query < 0 ? null : Open(QueryHelpers.ParseQuery(returnUrl![query..]).GetValueOrDefault(Parameter));
    }

    private Continuation? Open(string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize<Continuation>(_protector.Unprotect(WebEncoders.Base64UrlDecode(text)));
        }
        catch (Exception forged) when (forged is CryptographicException or FormatException)
        {
            return null;
        }
    }
}
