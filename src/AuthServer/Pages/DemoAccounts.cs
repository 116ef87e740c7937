namespace AuthServer.Pages;

/// <summary>A person of the demo that a fresh database gets in Development.</summary>
internal sealed record DemoAccount(string Name, string Email, string Password, string Role);

/// <summary>Who can sign in in Development. The one place where pages take them from.</summary>
internal static class DemoAccounts
{
    public static IReadOnlyList<DemoAccount> All { get; } =
    [
        new("Alice", "alice@example.com", "Pass123$", "operator"),
        new("Bob", "bob@example.com", "Pass123$", "user"),
    ];
}
