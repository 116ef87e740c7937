using System.Net;
using Microsoft.Extensions.Options;

namespace AuthServer.Outbound;

/// <summary>
/// Which addresses may be called. A client's registration is somebody else's word: it must not make this server speak to what only this server
/// can reach, a cloud's metadata address above all.
/// </summary>
internal sealed class OutboundNetworks(IOptions<AuthServerOptions> options, IHostEnvironment environment)
{
    /// <summary>What is not globally reachable (RFC 6890 and IANA's special-purpose registries), multicast, and what carries an address inside.</summary>
    private static readonly IPNetwork[] NotPublic = Parse(
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
        "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",

        // RFC 4291 §2.4: all but 2000::/3. Loopback, unspecified, unique-local, link-local, site-local, multicast and embedded forms are in these.
        "::/3", "4000::/2", "8000::/1",

        // Teredo and other protocol assignments, documentation, 6to4.
        "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20");

    private static readonly IPNetwork Nat64 = IPNetwork.Parse("64:ff9b::/96");

    private readonly IPNetwork[] _allowed =
        [.. Parse([.. options.Value.Outbound.Allow]), .. environment.IsDevelopment() ? Parse("127.0.0.0/8", "::1/128") : []];

    /// <summary>Whether <paramref name="address"/>, or the IPv4 address inside it, may be connected to.</summary>
    public bool Permits(IPAddress address)
    {
        var called = Unwrap(address);
        return !NotPublic.Any(network => network.Contains(called)) || _allowed.Any(network => network.Contains(called));
    }

    // RFC 4291 §2.5.5.2 and RFC 6052 §2.1: an IPv4 address in the last four bytes; the host, or a gateway, connects to that.
    private static IPAddress Unwrap(IPAddress address) =>
        address.IsIPv4MappedToIPv6 ? address.MapToIPv4()
        : Nat64.Contains(address) ? new IPAddress(address.GetAddressBytes().AsSpan(12))
        : address;

    private static IPNetwork[] Parse(params string[] networks) => [.. networks.Select(IPNetwork.Parse)];
}
