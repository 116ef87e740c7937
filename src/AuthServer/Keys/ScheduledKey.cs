using AuthServer.Grants.Entities;

namespace AuthServer.Keys;

/// <summary>A signing key, and where it is in its life at one instant.</summary>
/// <param name="Key">The row.</param>
/// <param name="State">Where.</param>
/// <param name="Until">When that changes by itself; null: nobody knows yet, or never.</param>
internal sealed record ScheduledKey(SigningKey Key, SigningKeyState State, DateTime? Until)
{
    /// <summary>Reads the life of all keys from their instants.</summary>
    /// <param name="keys">All rows.</param>
    /// <param name="now">The instant.</param>
    /// <param name="longest">How long something signed can be good.</param>
    public static IReadOnlyList<ScheduledKey> Of(IEnumerable<SigningKey> keys, DateTime now, TimeSpan longest) =>
        [.. keys.GroupBy(key => key.Alg, StringComparer.Ordinal).SelectMany(same => OfAlgorithm(same, now, longest))];

    private static IEnumerable<ScheduledKey> OfAlgorithm(IEnumerable<SigningKey> keys, DateTime now, TimeSpan longest)
    {
        var inOrder = keys.OrderBy(key => key.SignsFrom).ThenBy(key => key.CreatedAt).ThenBy(key => key.Kid, StringComparer.Ordinal).ToList();
        var able = inOrder.Where(key => key is { WithdrawnAt: null, SealedKey: not null }).ToList();
        var signing = Math.Max(0, able.FindLastIndex(key => key.SignsFrom <= now));
        foreach (var key in inOrder)
        {
            var at = able.IndexOf(key);
            yield return at < 0 ? new ScheduledKey(key, key.WithdrawnAt is null ? SigningKeyState.Retired : SigningKeyState.Withdrawn, Until: null)
                : at > signing ? new ScheduledKey(key, SigningKeyState.Published, key.SignsFrom)
                : at == signing ? new ScheduledKey(key, SigningKeyState.Signing, able.ElementAtOrDefault(at + 1)?.SignsFrom)
                : able[at + 1].SignsFrom + longest is var end && end > now ? new ScheduledKey(key, SigningKeyState.Retiring, end)
                : new ScheduledKey(key, SigningKeyState.Retired, Until: null);
        }
    }
}
