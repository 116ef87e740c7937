namespace AuthServer.Benchmarks.Load;

/// <summary>Withdraws families, each by its refresh token and each once (RFC 7009 §2.1).</summary>
internal sealed class RevokeItem(Scene scene, int most) : Item("revoke")
{
    private const int Samples = 25;

    private readonly RequestText _request = new(scene.Server.EndPoint, "POST /connect/revoke", BenchmarkClient.Es256.Authorization, "token=");
    private IReadOnlyList<Family> _families = [];
    private int _next = -1;

    public override async Task FillAsync(int connections, int count)
    {
        _families = await scene.OpenAsync(BenchmarkClient.Es256, Math.Min(count, most));
        _next = -1;
    }

    public override int Write(int connection, Span<byte> buffer)
    {
        var turn = Interlocked.Increment(ref _next);
        return turn < _families.Count ? _request.Write(_families[turn].RefreshToken, buffer) : 0;
    }

    public override void Check(int connection, in Response response)
    {
        if (response.Status != 200 || !response.Body.IsEmpty)
        {
            throw response.Wrong(Name);
        }
    }

    /// <summary>Dead at once, both tokens: asked after the last answer.</summary>
    public override async Task VerifyAsync()
    {
        var introspection = scene.Introspection(BenchmarkClient.Es256);
        var revoked = Math.Min(_next + 1, _families.Count);
        for (var i = 0; i < revoked; i += Math.Max(1, revoked / Samples))
        {
            foreach (var token in new[] { _families[i].RefreshToken, _families[i].AccessToken })
            {
                var answer = await scene.AskAsync(introspection, token);
                if (answer.Status != 200 || !answer.Body.Span.SequenceEqual("""{"active":false}"""u8))
                {
                    throw answer.Wrong("introspection of what was revoked");
                }
            }
        }
    }
}
