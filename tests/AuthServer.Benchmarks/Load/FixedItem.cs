using System.Text;

namespace AuthServer.Benchmarks.Load;

/// <summary>The same request every time.</summary>
/// <param name="name">Of the item.</param>
/// <param name="request">Whole.</param>
/// <param name="expected">What a good answer says.</param>
internal sealed class FixedItem(string name, RequestText request, string expected) : Item(name)
{
    private readonly byte[] _expected = Encoding.UTF8.GetBytes(expected);

    public override int Write(int connection, Span<byte> buffer) => request.Write([], buffer);

    public override void Check(int connection, in Response response)
    {
        if (response.Status != 200 || !response.Contains(_expected))
        {
            throw response.Wrong(Name);
        }
    }
}
