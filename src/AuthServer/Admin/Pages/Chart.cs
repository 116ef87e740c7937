namespace AuthServer.Admin.Pages;

/// <summary>Bars over time, drawn on the server.</summary>
/// <param name="Id">Names it on its page.</param>
/// <param name="Title">What is counted.</param>
/// <param name="Looks">The class that colours it.</param>
/// <param name="Bars">The oldest first.</param>
internal sealed record Chart(string Id, string Title, string Looks, IReadOnlyList<(DateTime Hour, long Count)> Bars)
{
    public long Total => Bars.Sum(bar => bar.Count);

    public long Highest => Math.Max(1, Bars.Max(bar => bar.Count));
}
