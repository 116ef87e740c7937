using AuthServer.Protocol;

namespace AuthServer.Import;

/// <summary>What an import file holds, each part with where it stands.</summary>
internal sealed record ImportFile(
    IReadOnlyList<Located<ScopeMetadata>> Scopes,
    IReadOnlyList<Located<ClientMetadata>> Clients,
    IReadOnlyList<Located<UserMetadata>> Users);

/// <summary>A part of the file and its path, <c>clients[0]</c>.</summary>
internal readonly record struct Located<T>(string Path, T Value);
