using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace AuthServer.Device;

/// <summary>
/// What a person carries from the device to the browser: eight letters without vowels, so that they spell nothing (RFC 8628 §6.1). 20^8 of them: with
/// ten guesses in ten minutes nobody finds one that is waiting (§5.1).
/// </summary>
internal sealed record UserCode
{
    private const string Letters = "BCDFGHJKLMNPQRSTVWXZ";
    private const int Length = 8;

    private readonly string _plain;

    private UserCode(string plain) => _plain = plain;

    /// <summary>As the device shows it.</summary>
    public string Text => $"{_plain[..(Length / 2)]}-{_plain[(Length / 2)..]}";

    /// <summary>As it is stored.</summary>
    public byte[] Hash => SHA256.HashData(Encoding.ASCII.GetBytes(_plain));

    public static UserCode New() => new(RandomNumberGenerator.GetString(Letters, Length));

    /// <summary>Small letters, dashes and spaces are all right. False for what no device can show.</summary>
    public static bool TryParse(string? typed, [NotNullWhen(true)] out UserCode? code)
    {
        var plain = string.Concat((typed ?? "").Where(char.IsLetterOrDigit)).ToUpperInvariant();
        code = plain.Length == Length && plain.All(letter => Letters.Contains(letter, StringComparison.Ordinal)) ? new UserCode(plain) : null;
        return code is not null;
    }

    // The default would print it.
    public override string ToString() => "";
}
