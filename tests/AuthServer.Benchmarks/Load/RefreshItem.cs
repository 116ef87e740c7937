using System.Buffers.Text;
using System.Text;

namespace AuthServer.Benchmarks.Load;

/// <summary>Refreshes; each answer's refresh token is the family's next request.</summary>
internal sealed class RefreshItem(string name, Scene scene, BenchmarkClient client, string algorithm) : Item(name)
{
    /// <summary>A connection takes them in turn, so that no row is every request's.</summary>
    private const int FamiliesPerConnection = 16;

    private readonly RequestText _request = new(
        scene.Server.EndPoint, "POST /connect/token", client.Authorization, "grant_type=refresh_token&refresh_token=");

    private readonly string _header = $"\"alg\":\"{algorithm}\"";
    private IReadOnlyList<Family> _families = [];
    private int[] _turns = [];
    private byte[]? _idToken;

    public override async Task FillAsync(int connections, int count)
    {
        var missing = (connections * FamiliesPerConnection) - _families.Count;
        if (missing > 0)
        {
            _families = [.. _families, .. await scene.OpenAsync(client, missing)];
        }

        _turns = new int[connections];
    }

    public override int Write(int connection, Span<byte> buffer)
    {
        _turns[connection] = (_turns[connection] + 1) % FamiliesPerConnection;
        return _request.Write(Current(connection).RefreshToken, buffer);
    }

    public override void Check(int connection, in Response response)
    {
        var (refresh, id) = (response.Member("\"refresh_token\":"u8), response.Member("\"id_token\":"u8));
        var family = Current(connection);
        if (response.Status != 200 || refresh.IsEmpty || id.IsEmpty || !response.Contains("\"access_token\":\"eyJ"u8)
            || refresh.Span.SequenceEqual(family.RefreshToken))
        {
            throw response.Wrong(Name);
        }

        if (refresh.Length == family.RefreshToken.Length)
        {
            refresh.CopyTo(family.RefreshToken);
        }
        else
        {
            family.RefreshToken = refresh.ToArray();
        }

        _idToken ??= id.ToArray();
    }

    /// <summary>The signature was of the kind that the limit makes.</summary>
    public override Task VerifyAsync()
    {
        var header = _idToken is null ? _header : Encoding.UTF8.GetString(Base64Url.DecodeFromUtf8(_idToken.AsSpan(0, _idToken.AsSpan().IndexOf((byte)'.'))));
        return header.Contains(_header, StringComparison.Ordinal)
            ? Task.CompletedTask
            : throw new BenchmarkException($"A wrong answer to {Name}: the header of the ID token is {header}");
    }

    private Family Current(int connection) => _families[(connection * FamiliesPerConnection) + _turns[connection]];
}
