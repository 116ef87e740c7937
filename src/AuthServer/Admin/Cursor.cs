using System.Globalization;

namespace AuthServer.Admin;

/// <summary>Where a page of a list ended: the instant and the id of its last row, so that rows of the same instant are neither skipped nor shown twice.</summary>
internal sealed record Cursor(DateTime At, Guid Id)
{
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{At.Ticks}-{Id:n}");

    /// <summary>True for no text, too: the list begins at its beginning.</summary>
    public static bool TryParse(string? text, out Cursor? cursor)
    {
        cursor = null;
        if (string.IsNullOrEmpty(text))
        {
            return true;
        }

        var parts = text.Split('-');
        if (parts.Length == 2
            && long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var ticks) && ticks <= DateTime.MaxValue.Ticks
            && Guid.TryParseExact(parts[1], "n", out var id))
        {
            cursor = new Cursor(new DateTime(ticks, DateTimeKind.Utc), id);
            return true;
        }

        return false;
    }
}
