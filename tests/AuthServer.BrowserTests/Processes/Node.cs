using AuthServer.BrowserTests.Fixtures;

namespace AuthServer.BrowserTests.Processes;

/// <summary>One of several server processes on one PostgreSQL database.</summary>
internal sealed class Node(LogoutReceiver receiver, string database, string certificate) : KillableServer(receiver)
{
    protected override string Database => database;

    protected override async Task ConfigureAsync(IDictionary<string, string?> environment)
    {
        await base.ConfigureAsync(environment);
        environment["Database__Provider"] = "PostgreSql";
        environment["DataProtection__Certificate__Path"] = certificate;

        // What a balancer in front of all of them would be reached at.
        environment["AuthServer__Issuer"] = "http://localhost";
    }
}
