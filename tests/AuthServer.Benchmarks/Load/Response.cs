using System.Text;

namespace AuthServer.Benchmarks.Load;

/// <summary>What came back. Its bytes are the connection's, and good until the next request.</summary>
internal readonly record struct Response(int Status, ReadOnlyMemory<byte> Head, ReadOnlyMemory<byte> Body)
{
    /// <summary>The member of a JSON object whose value is a string without escapes; empty where it is not there.</summary>
    public ReadOnlyMemory<byte> Member(ReadOnlySpan<byte> quotedNameAndColon)
    {
        var at = Body.Span.IndexOf(quotedNameAndColon);
        if (at < 0)
        {
            return default;
        }

        var value = Body[(at + quotedNameAndColon.Length)..];
        return value.Span is [(byte)'"', ..] && value.Span[1..].IndexOf((byte)'"') is >= 0 and var end ? value.Slice(1, end) : default;
    }

    public bool Contains(ReadOnlySpan<byte> text) => Body.Span.IndexOf(text) >= 0;

    public BenchmarkException Wrong(string what) =>
        new($"A wrong answer to {what}:\n{Encoding.UTF8.GetString(Head.Span)}{Encoding.UTF8.GetString(Body.Span)}");
}
