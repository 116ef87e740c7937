namespace AuthServer.Pages;

/// <summary>A person of the demo that a fresh database gets in Development.</summary>
internal sealed record DemoAccount(string Name, string Email, string Password, string Role);

/// <summary>Who can sign in in Development. The one place where pages take them from.</summary>
internal static class DemoAccounts
{
    /// <summary>Of every one of them. No secret: it is for a database that holds nothing else.</summary>
    public const string Password = "Passw0rd!";

    public static IReadOnlyList<DemoAccount> All { get; } =
    [
        new("Alice", "alice@example.com", Password, "operator"),
        new("Bob", "bob@example.com", Password, "user"),
    ];
}
