namespace AuthServer.Admin;

/// <summary>A session, a grant or a family that is alive, in a list.</summary>
internal sealed class AccessRow
{
    public required Guid Id { get; init; }

    public required Guid UserId { get; init; }

    public Guid? ClientId { get; init; }

    public Guid? SessionId { get; init; }

    public string? Scope { get; init; }

    public bool Offline { get; init; }

    public string? UserAgent { get; init; }

    public string? Address { get; init; }

    public required DateTime Since { get; init; }

    public required DateTime LastUsed { get; init; }
}
