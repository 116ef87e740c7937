using System.Net;
using AuthServer.Outbound;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Options;

namespace AuthServer.Tests.Outbound;

/// <summary>What a client's registration can make this server call, and what it cannot.</summary>
public sealed class OutboundNetworksTests
{
    [Theory]
    [InlineData("0.0.0.0")]
    [InlineData("10.0.0.1")]
    [InlineData("100.64.0.1")]
    [InlineData("100.127.255.255")]
    [InlineData("127.0.0.1")]
    [InlineData("127.8.9.10")]
    [InlineData("169.254.169.254")]
    [InlineData("172.16.0.1")]
    [InlineData("172.31.255.255")]
    [InlineData("192.0.0.192")]
    [InlineData("192.168.1.1")]
    [InlineData("198.18.0.1")]
    [InlineData("224.0.0.1")]
    [InlineData("239.255.255.250")]
    [InlineData("240.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("::")]
    [InlineData("::1")]
    [InlineData("::7f00:1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::ffff:169.254.169.254")]
    [InlineData("::ffff:0:10.0.0.1")]
    [InlineData("64:ff9b::7f00:1")]
    [InlineData("64:ff9b::a9fe:a9fe")]
    [InlineData("64:ff9b:1::a00:1")]
    [InlineData("100::1")]
    [InlineData("2001::1")]
    [InlineData("2001:db8::1")]
    [InlineData("2002:7f00:1::")]
    [InlineData("fc00::1")]
    [InlineData("fd00:ec2::254")]
    [InlineData("fe80::1")]
    [InlineData("fec0::1")]
    [InlineData("ff02::1")]
    public void What_is_not_public_is_refused(string address)
    {
        Assert.False(Networks("Production").Permits(IPAddress.Parse(address)));
        Assert.False(Networks("Production", "172.20.0.0/24").Permits(IPAddress.Parse(address)));
    }

    [Theory]
    [InlineData("1.1.1.1")]
    [InlineData("100.63.255.255")]
    [InlineData("172.32.0.1")]
    [InlineData("192.169.0.1")]
    [InlineData("2606:4700:4700::1111")]
    [InlineData("::ffff:1.1.1.1")]
    [InlineData("64:ff9b::101:101")]
    public void What_is_public_is_called(string address) => Assert.True(Networks("Production").Permits(IPAddress.Parse(address)));

    [Theory]
    [InlineData("10.1.0.0/16", "10.1.2.3", true)]
    [InlineData("10.1.0.0/16", "10.2.2.3", false)]
    [InlineData("10.1.0.0/16", "::ffff:10.1.2.3", true)]
    [InlineData("10.1.0.0/16", "64:ff9b::a01:203", true)]
    [InlineData("fd00::/8", "fd12::1", true)]
    [InlineData("fd00::/8", "fc12::1", false)]
    [InlineData("127.0.0.0/8", "::1", false)]
    public void The_operator_allows_networks(string allow, string address, bool permitted) =>
        Assert.Equal(permitted, Networks("Production", allow).Permits(IPAddress.Parse(address)));

    [Theory]
    [InlineData("127.0.0.1", true)]
    [InlineData("::1", true)]
    [InlineData("::ffff:127.0.0.1", true)]
    [InlineData("10.0.0.1", false)]
    [InlineData("169.254.169.254", false)]
    public void Development_adds_loopback_and_no_more(string address, bool permitted) =>
        Assert.Equal(permitted, Networks("Development").Permits(IPAddress.Parse(address)));

    [Fact]
    public void A_wrong_network_stops_the_start_with_its_key()
    {
        var result = new OutboundValidator().Validate(name: null, Settings("10.0.0.0/8", "intranet", "10.0.0.0/99"));

        Assert.Equal(
            [
                "AuthServer:Outbound:Allow:1: 'intranet' is not a network such as 10.1.0.0/16 or fd00::/8.",
                "AuthServer:Outbound:Allow:2: '10.0.0.0/99' is not a network such as 10.1.0.0/16 or fd00::/8.",
            ],
            result.Failures!);
    }

    private static OutboundNetworks Networks(string environment, params string[] allow) =>
        new(Options.Create(Settings(allow)), new HostingEnvironment { EnvironmentName = environment });

    private static AuthServerOptions Settings(params string[] allow)
    {
        var options = new AuthServerOptions();
        foreach (var network in allow)
        {
            options.Outbound.Allow.Add(network);
        }

        return options;
    }
}
