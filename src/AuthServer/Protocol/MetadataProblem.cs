namespace AuthServer.Protocol;

/// <summary>What is wrong with one member, <c>redirect_uris[1]</c>, without its value where that may be secret.</summary>
internal sealed record MetadataProblem(string Member, string Message);
