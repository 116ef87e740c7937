namespace AuthServer.BrowserTests.Fixtures;

/// <summary>Somebody with an account.</summary>
public sealed record Person(string Email, string Password, string Name)
{
    /// <summary>One of the demonstration's, with the password that the home page shows.</summary>
    public static Person Alice { get; } = new("alice@example.com", "Passw0rd!", "Alice Archer");
}
