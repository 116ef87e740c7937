using System.Net;

namespace AuthServer.Outbound;

/// <summary>What was answered.</summary>
/// <param name="Status">The status code. A redirect is an answer like any other: it is not followed.</param>
/// <param name="Body">The body, up to the limit.</param>
/// <param name="IsWhole">Whether the body ended before the limit.</param>
internal sealed record OutboundAnswer(HttpStatusCode Status, ReadOnlyMemory<byte> Body, bool IsWhole);
