using System.Net;
using System.Net.Sockets;

namespace AuthServer.Outbound;

/// <summary>
/// Connects to the very address that was looked at: a name that is resolved once for the check and again for the connection can answer
/// differently (DNS rebinding).
/// </summary>
internal sealed class OutboundConnection(OutboundNetworks networks)
{
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        var resolved = await Dns.GetHostAddressesAsync(host, cancellationToken);
        IPAddress[] permitted = [.. resolved.Where(networks.Permits)];
        if (permitted.Length == 0)
        {
            throw new OutboundException($"{resolved.FirstOrDefault()} is not public, and AuthServer:Outbound:Allow does not name its network.");
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(permitted, port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
