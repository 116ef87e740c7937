namespace AuthServer.Benchmarks.Load;

/// <summary>The server, and somebody who has signed in to it.</summary>
internal sealed class Scene(ServerProcess server, string cookies)
{
    private const int Openers = 16;

    private RefreshItem? _source;

    public ServerProcess Server => server;

    public static async Task<Scene> OfAsync(ServerProcess server) => new(server, await SignIn.AsAsync(ImportFile.User, server));

    /// <summary>Opens families in one session: an authorization request and a token request for each.</summary>
    public async Task<IReadOnlyList<Family>> OpenAsync(BenchmarkClient client, int count)
    {
        var opening = new OpeningItem(server, client, cookies, count);
        await Driver.DriveAsync(server, opening, Math.Min(Openers, count), TimeSpan.FromHours(1));
        return opening.Opened;
    }

    /// <summary>Access tokens that nobody has seen but the client.</summary>
    public async Task<byte[][]> AccessTokensAsync(int count)
    {
        _source ??= new RefreshItem("harvest", this, BenchmarkClient.Es256, "ES256");
        await _source.FillAsync(Openers, count);
        var harvest = new HarvestItem(_source, count);
        await Driver.DriveAsync(server, harvest, Openers, TimeSpan.FromHours(1));
        return harvest.Tokens;
    }

    /// <summary>The form that asks whether a token is alive, up to the token.</summary>
    public RequestText Introspection(BenchmarkClient asker) =>
        new(server.EndPoint, "POST /connect/introspect", asker.Authorization, "token=");

    public RequestText UserInfo() => new(server.EndPoint, "GET /connect/userinfo", "Authorization: Bearer ");

    /// <summary>Sends one request, on a connection of its own: the answer stays good.</summary>
    public async Task<Response> AskAsync(RequestText request, ReadOnlyMemory<byte> value)
    {
        using var connection = await Connection.OpenAsync(server.EndPoint);
        return await connection.SendAsync(request.Write(value.Span, connection.Request));
    }
}
