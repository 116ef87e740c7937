using System.Text;

namespace AuthServer.Benchmarks.Load;

/// <summary>One of the limits.</summary>
internal sealed class LimitItem(string name, string path) : Item(name)
{
    private readonly byte[] _request = Encoding.ASCII.GetBytes($"GET /{path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");

    public static LimitItem Json { get; } = new("limit-json", "json");

    public static LimitItem Signature { get; } = new("limit-es256", "es256");

    public static LimitItem Verification { get; } = new("limit-es256-verify", "es256-verify");

    public static LimitItem RsaSignature { get; } = new("limit-rs256", "rs256");

    public static LimitItem Insert { get; } = new("limit-insert", "insert");

    public static LimitItem FlushedInsert { get; } = new("limit-insert-flushed", "insert-flushed");

    public override int Write(int connection, Span<byte> buffer)
    {
        _request.CopyTo(buffer);
        return _request.Length;
    }

    public override void Check(int connection, in Response response)
    {
        if (response.Status != 200 || !response.Contains("\"answer\":"u8))
        {
            throw response.Wrong(Name);
        }
    }
}
