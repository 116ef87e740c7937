namespace AuthServer.Protocol;

/// <summary>How a claim is asked for (OpenID Connect Core §5.5.1).</summary>
/// <param name="Essential">The client cannot do without.</param>
/// <param name="Values">The strings of <c>value</c> or <c>values</c>, in order of preference; empty: any will do.</param>
internal sealed record RequestedClaim(bool Essential, IReadOnlyList<string> Values);
