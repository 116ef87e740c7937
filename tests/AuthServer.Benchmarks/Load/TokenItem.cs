using System.Text;

namespace AuthServer.Benchmarks.Load;

/// <summary>Shows the server an access token: each once, or the same few again and again.</summary>
/// <param name="name">Of the item.</param>
/// <param name="scene">Where the tokens come from.</param>
/// <param name="request">The token stands in it.</param>
/// <param name="expected">What a good answer says.</param>
/// <param name="seen">The server has been shown the tokens before.</param>
internal sealed class TokenItem(string name, Scene scene, RequestText request, string expected, bool seen) : Item(name)
{
    private const int SeenTokens = 1000;

    private readonly byte[] _expected = Encoding.UTF8.GetBytes(expected);
    private byte[][] _tokens = [];
    private bool _again;
    private int _next = -1;

    public override async Task FillAsync(int connections, int count)
    {
        _tokens = await scene.AccessTokensAsync(seen ? SeenTokens : count);
        (_next, _again) = (-1, false);
        if (seen)
        {
            await Driver.DriveAsync(scene.Server, this, connections, TimeSpan.FromHours(1));
            _again = true;
        }
    }

    public override int Write(int connection, Span<byte> buffer)
    {
        var turn = Interlocked.Increment(ref _next);
        return _again || turn < _tokens.Length ? request.Write(_tokens[turn % _tokens.Length], buffer) : 0;
    }

    public override void Check(int connection, in Response response)
    {
        if (response.Status != 200 || !response.Contains(_expected))
        {
            throw response.Wrong(Name);
        }
    }
}
