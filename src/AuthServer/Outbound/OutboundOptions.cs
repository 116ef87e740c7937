namespace AuthServer.Outbound;

/// <summary>The section <c>AuthServer:Outbound</c>: where this server may call, when a client's registration tells it to.</summary>
public sealed class OutboundOptions
{
    /// <summary>
    /// Networks in CIDR notation that may be called although they are private or local: <c>10.1.0.0/16</c>, <c>fd00::/8</c>. Default: none; in
    /// Development loopback is added.
    /// </summary>
    public IList<string> Allow { get; } = [];
}
