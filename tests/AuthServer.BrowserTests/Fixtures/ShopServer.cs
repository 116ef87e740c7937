namespace AuthServer.BrowserTests.Fixtures;

/// <summary>The server as it is run in earnest: Production, its client and its people from an import file. The client lives at another site.</summary>
public sealed class ShopServer : ServerProcess
{
    private const string Password = "correct horse battery staple";
    private const int Customers = 9;
    private int taken;

    public Shop Shop { get; } = new();

    protected override string EnvironmentName => "Production";

    /// <summary>Somebody from the import file who has not been here yet.</summary>
    public Person NextPerson() => PersonNumbered(Interlocked.Increment(ref taken));

    protected override async Task ConfigureAsync(IDictionary<string, string?> environment)
    {
        await Shop.OpenAsync(Address);
        var import = Path.Combine(WorkingDirectory, "import.json");
        await File.WriteAllTextAsync(import, $$"""
            {
              "scopes": [{ "name": "orders.read", "description": "Read your orders", "resources": ["https://orders.example"] }],
              "clients": [{
                "client_id": "{{Shop.ClientId}}", "client_secret": "the-shop-keeps-this-secret", "client_name": "Corner shop",
                "grant_types": ["authorization_code", "refresh_token"], "scope": "openid profile email orders.read",
                "redirect_uris": ["{{Shop.CallbackAddress}}"], "post_logout_redirect_uris": ["{{Shop.FarewellAddress}}"]
              }, {
                "client_id": "{{Shop.ToldClientId}}", "client_secret": "the-shop-keeps-this-secret", "client_name": "Corner shop, told", "scope": "openid",
                "redirect_uris": ["{{Shop.CallbackAddress}}"], "post_logout_redirect_uris": ["{{Shop.FarewellAddress}}"],
                "frontchannel_logout_uri": "{{Shop.FrameAddress}}", "frontchannel_logout_session_required": true, "consent": "implicit"
              }],
              "users": [{{string.Join(", ", Enumerable.Range(1, Customers).Select(PersonNumbered).Select(InImport))}}]
            }
            """);
        environment["AuthServer__Issuer"] = Address;
        environment["AuthServer__Import"] = import;
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await Shop.DisposeAsync();
    }

    private static string InImport(Person person) => $$"""{ "email": "{{person.Email}}", "password": "{{person.Password}}", "name": "{{person.Name}}" }""";

    private static Person PersonNumbered(int number) => new($"customer{number}@example.com", Password, $"Customer {number}");
}
