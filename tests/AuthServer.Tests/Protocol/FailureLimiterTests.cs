using System.Net;
using AuthServer.Protocol;
using AuthServer.Tests.Fixtures;
using Microsoft.Extensions.Options;

namespace AuthServer.Tests.Protocol;

/// <summary>The counter of failures: what may be guessed, and how often.</summary>
public sealed class FailureLimiterTests
{
    private readonly MovableClock _clock = new();
    private readonly AuthServerOptions _options = new();
    private readonly FailureLimiter _limiter;

    public FailureLimiterTests()
    {
        _options.RateLimits.DeviceCode = new FailureLimit { Permitted = 3, Window = TimeSpan.FromMinutes(10) };
        _limiter = new FailureLimiter(Options.Create(_options), _clock);
    }

    [Fact]
    public void A_key_that_failed_too_often_is_refused_until_the_window_ends()
    {
        Assert.All(Enumerable.Range(0, 3), _ => Assert.True(_limiter.Count(FailureKind.DeviceCode, "one")));
        Assert.False(_limiter.Count(FailureKind.DeviceCode, "one"));
        _clock.Advance(TimeSpan.FromMinutes(10) - TimeSpan.FromSeconds(1));
        Assert.False(_limiter.Count(FailureKind.DeviceCode, "one"));
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.True(_limiter.Count(FailureKind.DeviceCode, "one"));
    }

    [Fact]
    public void Other_keys_and_other_kinds_are_counted_for_themselves()
    {
        Assert.All(Enumerable.Range(0, 3), _ => Assert.True(_limiter.Count(FailureKind.DeviceCode, "one")));
        Assert.True(_limiter.Count(FailureKind.DeviceCode, "two"));
        Assert.True(_limiter.Count(FailureKind.Password, "one"));
    }

    [Fact]
    public void A_success_is_taken_back()
    {
        for (var success = 0; success < 100; success++)
        {
            Assert.True(_limiter.Count(FailureKind.DeviceCode, "one"));
            _limiter.Forgive(FailureKind.DeviceCode, "one");
        }
    }

    [Fact]
    public async Task Many_at_once_get_no_more_than_one_after_the_other()
    {
        var counted = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => Task.Run(() => _limiter.Count(FailureKind.DeviceCode, "one"))));
        Assert.Equal(3, counted.Count(one => one));
    }

    [Fact]
    public void Flooding_with_new_keys_frees_nobody()
    {
        Assert.All(Enumerable.Range(0, 3), _ => Assert.True(_limiter.Count(FailureKind.DeviceCode, "guesser")));
        for (var key = 0; key < 3 * FailureLimiter.MaxKeys; key++)
        {
            _limiter.Count(FailureKind.DeviceCode, $"{key}");
        }

        Assert.False(_limiter.Count(FailureKind.DeviceCode, "guesser"));
    }

    [Fact]
    public void Switched_off_it_refuses_nobody()
    {
        _options.RateLimits.Enabled = false;
        Assert.All(Enumerable.Range(0, 10), _ => Assert.True(_limiter.Count(FailureKind.DeviceCode, "one")));
    }

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.1")]
    [InlineData("::ffff:192.0.2.1", "192.0.2.1")]
    [InlineData("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::")]
    [InlineData(null, "")]
    public void An_address_counts_as_its_site(string? address, string key) =>
        Assert.Equal(key, FailureLimiter.Address(address is null ? null : IPAddress.Parse(address)));
}
