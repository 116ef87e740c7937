using AuthServer.Tests.Fixtures;

namespace AuthServer.Tests.Specs;

/// <summary>What the facts of every chapter share: a server, and the clients and people they speak of.</summary>
public abstract class SpecFacts(AuthServerFactory server)
{
    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    protected AuthServerFactory Server => server;

    protected MovableClock Clock => server.Clock;

    /// <summary>Confidential, <c>client_secret_basic</c>.</summary>
    protected RelyingParty Web { get; } = server.Client("web");

    /// <summary>Confidential, <c>client_secret_post</c>.</summary>
    protected RelyingParty Shop { get; } = server.Client("shop");

    /// <summary>Public, with an https redirect URI.</summary>
    protected RelyingParty Spa { get; } = server.Client("spa");

    /// <summary>May introspect every token.</summary>
    protected RelyingParty Api { get; } = server.Client("api");

    protected static Person Alice => Person.Alice;

    protected static Person Bob => Person.Bob;

    protected Browser NewBrowser() => new(server);
}
