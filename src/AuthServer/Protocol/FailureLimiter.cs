using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;

namespace AuthServer.Protocol;

/// <summary>
/// Counts failures by key within a window, and refuses the key when they were too many, so that nothing can be guessed at speed. It lives in
/// this process and its memory is bounded.
/// </summary>
internal sealed class FailureLimiter(IOptions<AuthServerOptions> options, TimeProvider time)
{
    /// <summary>Keys remembered at once.</summary>
    public const int MaxKeys = 50_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<(FailureKind Kind, string Key), Window> _windows = [];

    /// <summary>Where a request comes from. An IPv6 site has 2^64 addresses for the taking, so it counts as one.</summary>
    public static string Address(IPAddress? address)
    {
        if (address is { IsIPv4MappedToIPv6: true } || address?.AddressFamily is not AddressFamily.InterNetworkV6)
        {
            return address?.MapToIPv4().ToString() ?? "";
        }

        var bytes = address.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new IPAddress(bytes).ToString();
    }

    /// <summary>
    /// Counts a failure. Called before it is known to be one, with <see cref="Forgive"/> after a success, many at once get no more guesses than
    /// one after the other.
    /// </summary>
    /// <param name="kind">What was guessed.</param>
    /// <param name="key">Who guessed, or about whom: an id or an <see cref="Address"/>, short.</param>
    /// <returns>False where the key was refused already; then nothing is counted.</returns>
    public bool Count(FailureKind kind, string key)
    {
        if (!options.Value.RateLimits.Enabled)
        {
            return true;
        }

        lock (_gate)
        {
            var (now, limit) = (Now, Limit(kind));
            if (!_windows.TryGetValue((kind, key), out var window) || window.EndsAt <= now)
            {
                MakeRoom(now);
                window = new Window(now + limit.Window, 0);
            }

            if (window.Failures >= limit.Permitted)
            {
                return false;
            }

            _windows[(kind, key)] = window with { Failures = window.Failures + 1 };
            return true;
        }
    }

    /// <summary>Whole seconds until <paramref name="key"/> is heard again (RFC 9110 §10.2.3), one at least.</summary>
    public int RetryAfter(FailureKind kind, string key)
    {
        lock (_gate)
        {
            return _windows.TryGetValue((kind, key), out var window) ? Math.Max(1, (int)Math.Ceiling((window.EndsAt - Now).TotalSeconds)) : 1;
        }
    }

    /// <summary>Takes one failure back.</summary>
    public void Forgive(FailureKind kind, string key)
    {
        lock (_gate)
        {
            if (_windows.TryGetValue((kind, key), out var window))
            {
                if (window.Failures > 1)
                {
                    _windows[(kind, key)] = window with { Failures = window.Failures - 1 };
                }
                else
                {
                    _windows.Remove((kind, key));
                }
            }
        }
    }

    private DateTime Now => time.GetUtcNow().UtcDateTime;

    private FailureLimit Limit(FailureKind kind) => kind switch
    {
        FailureKind.Password => options.Value.RateLimits.Password,
        FailureKind.ClientSecret => options.Value.RateLimits.ClientSecret,
        FailureKind.DeviceCode => options.Value.RateLimits.DeviceCode,
        FailureKind.DeviceRequest => options.Value.RateLimits.DeviceRequest,
        FailureKind.Mail => options.Value.RateLimits.Mail,
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    // Those that failed least go first: who is refused does not get free by flooding this with new keys.
    private void MakeRoom(DateTime now)
    {
        if (_windows.Count < MaxKeys)
        {
            return;
        }

        var kept = _windows.Where(pair => pair.Value.EndsAt > now).OrderByDescending(pair => pair.Value.Failures).Take(MaxKeys / 2).ToList();
        _windows.Clear();
        foreach (var (key, window) in kept)
        {
            _windows[key] = window;
        }
    }

    private readonly record struct Window(DateTime EndsAt, int Failures);
}
