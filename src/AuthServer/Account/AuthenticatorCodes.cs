using System.Globalization;
using AuthServer.Grants;

namespace AuthServer.Account;

/// <summary>Lets a code of an authenticator app be accepted once (RFC 6238 §5.2), whatever the number of nodes.</summary>
internal sealed class AuthenticatorCodes(SingleUse singleUse, TimeProvider time)
{
    // Identity takes the codes of two steps of half a minute before and after: one is good for five of them.
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(5 * 30);

    /// <summary>Writes down that a right code was used. False: it was used before.</summary>
    /// <param name="userId">Whose app shows it.</param>
    /// <param name="key">The app's key: who reads the digest and does not know it cannot find the code by trying all of them.</param>
    /// <param name="code">As Identity has verified it, which reads a number: another way to write it is no other code.</param>
    /// <param name="cancellationToken">Counts until the write is taken up.</param>
    public Task<bool> TryUseAsync(Guid userId, string key, string code, CancellationToken cancellationToken) => singleUse.TryUseAsync(
        "authenticator-code",
        $"{userId}",
        string.Create(CultureInfo.InvariantCulture, $"{key} {int.Parse(code, CultureInfo.CurrentCulture)}"),
        time.GetUtcNow().UtcDateTime + Lifetime,
        cancellationToken);
}
