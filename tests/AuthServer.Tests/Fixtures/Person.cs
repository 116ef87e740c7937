namespace AuthServer.Tests.Fixtures;

/// <summary>Somebody who signs in.</summary>
public sealed record Person(string Email, string Password)
{
    public static Person Alice { get; } = new("alice@example.com", "wonderland & rabbit");

    public static Person Bob { get; } = new("bob@example.com", "builder & hammer");

    public static Person Carol { get; } = new("carol@example.com", "christmas & choir");

    public static Person Mallory { get; } = new("mallory@example.com", "malice & mischief");
}
