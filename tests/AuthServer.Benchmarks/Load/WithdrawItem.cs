using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text;

namespace AuthServer.Benchmarks.Load;

/// <summary>An operator withdraws everything of one client: how long the request takes, whatever the number of families.</summary>
internal static class WithdrawItem
{
    public const string Name = "withdraw";

    private const double GoalMilliseconds = 10;
    private const int Practice = 20;

    public static async Task<string> MeasureAsync(PublishedServer published, RunDatabase database, string import, int families)
    {
        var port = ServerProcess.FreePort();
        Family told;
        await using (var first = await published.StartAsync(database, import, port))
        {
            told = (await (await Scene.OfAsync(first)).OpenAsync(BenchmarkClient.Es256, 1))[0];
        }

        // Opened over HTTP a million would take an hour: these are copies of the one that was, made while nobody else has the database.
        await FamilyCopies.MakeAsync(database, families - 1);
        var clients = await FamilyCopies.ClientsAsync(database);

        await using var server = await published.StartAsync(database, import: null, port);
        var scene = await Scene.OfAsync(server);
        var cookies = await SignIn.AsAsync(ImportFile.Operator, server);
        using var connection = await Connection.OpenAsync(server.EndPoint);
        await ExpectAsync(scene, told, "\"active\":true");
        for (var i = 0; i < Practice; i++)
        {
            await WithdrawAsync(connection, server.EndPoint, cookies, clients[BenchmarkClient.Rs256.ClientId]);
        }

        var time = await WithdrawAsync(connection, server.EndPoint, cookies, clients[BenchmarkClient.Es256.ClientId]);
        await ExpectAsync(scene, told, "{\"active\":false}");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"Everything of one client withdrawn, {families:#,0} families: {time.TotalMilliseconds:0.0} ms; goal ≤ {GoalMilliseconds:0} (SQLite): {(time.TotalMilliseconds <= GoalMilliseconds ? "yes" : "no")}.");
    }

    private static async Task<TimeSpan> WithdrawAsync(Connection connection, IPEndPoint server, string cookies, Guid client)
    {
        var body = $"{{\"kind\":\"client_tokens\",\"id\":\"{client}\"}}";
        var request = $"POST /api/revocations HTTP/1.1\r\nHost: {server}\r\n{cookies}\r\nContent-Type: application/json\r\nContent-Length: {body.Length}\r\n\r\n{body}";
        var length = Encoding.ASCII.GetBytes(request, connection.Request);
        var sent = Stopwatch.GetTimestamp();
        var response = await connection.SendAsync(length);
        var time = Stopwatch.GetElapsedTime(sent);
        return response.Status == 200 && response.Contains("\"withdrawn\":true"u8) ? time : throw response.Wrong("a withdrawal");
    }

    private static async Task ExpectAsync(Scene scene, Family family, string expected)
    {
        var answer = await scene.AskAsync(scene.Introspection(BenchmarkClient.Es256), family.AccessToken);
        if (!answer.Contains(Encoding.ASCII.GetBytes(expected)))
        {
            throw answer.Wrong("introspection of what was withdrawn, or not yet");
        }
    }
}
