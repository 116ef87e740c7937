using System.Buffers.Binary;
using System.Security.Cryptography;
using AuthServer.Grants.Entities;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;

namespace AuthServer.Tests.Fixtures;

/// <summary>A person's authenticator app.</summary>
public sealed class SecondFactor(string key)
{
    private long _last = long.MinValue;

    /// <summary>Sets one up for <paramref name="person"/>.</summary>
    public static async Task<SecondFactor> SetUpAsync(AuthServerFactory server, Person person)
    {
        await using var scope = server.Services.CreateAsyncScope();
        var users = scope.ServiceProvider.GetRequiredService<UserManager<User>>();
        var user = (await users.FindByEmailAsync(person.Email))!;
        Assert.True((await users.ResetAuthenticatorKeyAsync(user)).Succeeded);
        Assert.True((await users.SetTwoFactorEnabledAsync(user, enabled: true)).Succeeded);
        return new((await users.GetAuthenticatorKeyAsync(user))!);
    }

    /// <summary>
    /// A code that is good now and was not given before (RFC 6238), up to four in half a minute: Identity goes by the machine's clock here, and takes those of two steps
    /// before and after.
    /// </summary>
    public string Code()
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() / 30;
        _last = Math.Max(_last + 1, now - 1);
        Assert.True(_last <= now + 2, "More codes than Identity would take.");
        Span<byte> step = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(step, _last);
#pragma warning disable CA5350 // RFC 6238's own choice.
        var hash = HMACSHA1.HashData(Base32(key), step);
#pragma warning restore CA5350
        var number = BinaryPrimitives.ReadInt32BigEndian(hash.AsSpan(hash[^1] & 0xf)) & int.MaxValue;
        return (number % 1_000_000).ToString("D6", null);
    }

    private static byte[] Base32(string text)
    {
        var bits = string.Concat(text.Select(c => Convert.ToString("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".IndexOf(c, StringComparison.Ordinal), 2).PadLeft(5, '0')));
        return [.. Enumerable.Range(0, bits.Length / 8).Select(i => Convert.ToByte(bits.Substring(i * 8, 8), 2))];
    }
}
