namespace AuthServer.Tests.Growth;

/// <summary>How much there is: three families and five lines of the ledger for each user, with two sessions, two grants and two events.</summary>
/// <param name="Users">How many users.</param>
public sealed record Volume(int Users)
{
    /// <summary>The span that all of it came in, up to now.</summary>
    public static readonly TimeSpan Age = TimeSpan.FromDays(120);

    /// <summary>Lines of the ledger under one seal.</summary>
    public const int Sealed = 1000;

    public int Families => 3 * Users;

    public int Revocations => 5 * Users;
}
