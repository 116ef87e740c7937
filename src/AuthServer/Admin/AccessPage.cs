namespace AuthServer.Admin;

/// <summary>A page of what is alive.</summary>
/// <param name="Rows">What was found.</param>
/// <param name="Next">Where it goes on; null: that is all.</param>
/// <param name="WasCutShort">Much was looked at and little fitted; there may be more further on.</param>
internal sealed record AccessPage(IReadOnlyList<AccessRow> Rows, Cursor? Next, bool WasCutShort);
