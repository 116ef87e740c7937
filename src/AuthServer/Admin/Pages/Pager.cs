namespace AuthServer.Admin.Pages;

/// <summary>Where a list that goes by numbers is.</summary>
/// <param name="Number">Counted from 1.</param>
/// <param name="HasNext">There is more.</param>
internal sealed record Pager(int Number, bool HasNext)
{
    /// <summary>Rows of one page.</summary>
    public const int Size = 50;

    public const string Parameter = "page-number";

    private const int Last = 10_000;

    public int Skip => (Number - 1) * Size;

    public static Pager Of(int number) => new(Math.Clamp(number, 1, Last), HasNext: false);
}
