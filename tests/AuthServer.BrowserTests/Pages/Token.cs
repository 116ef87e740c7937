namespace AuthServer.BrowserTests.Pages;

/// <summary>The playground's three tokens, by the names of their cards.</summary>
internal static class Token
{
    public const string Access = "access";
    public const string Refresh = "refresh";
    public const string Id = "id";
}
