using System.Diagnostics;
using AuthServer.Grants.Revocation;

namespace AuthServer.Grants;

/// <summary>Where this server's activities come from. Nobody listens: none is made.</summary>
public static class Tracing
{
    public static ActivitySource Source { get; } = new(RevocationMetrics.Meter);
}
