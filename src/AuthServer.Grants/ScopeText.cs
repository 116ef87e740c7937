namespace AuthServer.Grants;

/// <summary>Space-delimited scope values (RFC 6749 §3.3).</summary>
public static class ScopeText
{
    /// <summary>Lets access outlive the end of its session (OpenID Connect Core §11).</summary>
    public const string OfflineAccess = "offline_access";

    public static string[] Split(string? scope) =>
        scope?.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];

    /// <summary>Each value once, in the order given.</summary>
    public static string Join(IEnumerable<string> values) => string.Join(' ', values.Distinct(StringComparer.Ordinal));

    /// <summary>The values of <paramref name="scope"/> that <paramref name="allowed"/> has too, in the order of the first; the first itself where that is all of it.</summary>
    public static string Intersect(string scope, string allowed) =>
        IsWithin(scope, allowed) ? scope : Join(Split(scope).Intersect(Split(allowed), StringComparer.Ordinal));

    public static bool Contains(string scope, string value) => Contains(scope, value.AsSpan());

    /// <summary>The values of <paramref name="scope"/> but for <paramref name="value"/>.</summary>
    public static string Without(string scope, string value) =>
        Join(Split(scope).Where(one => !string.Equals(one, value, StringComparison.Ordinal)));

    /// <summary>Every value of <paramref name="scope"/> is in <paramref name="allowed"/>.</summary>
    public static bool IsWithin(string scope, string allowed)
    {
        if (string.Equals(scope, allowed, StringComparison.Ordinal))
        {
            return true;
        }

        foreach (var range in scope.AsSpan().Split(' '))
        {
            var value = scope.AsSpan(range).Trim();
            if (!value.IsEmpty && !Contains(allowed, value))
            {
                return false;
            }
        }

        return true;
    }

    private static bool Contains(string scope, ReadOnlySpan<char> value)
    {
        foreach (var range in scope.AsSpan().Split(' '))
        {
            if (scope.AsSpan(range).Trim().SequenceEqual(value))
            {
                return true;
            }
        }

        return false;
    }
}
