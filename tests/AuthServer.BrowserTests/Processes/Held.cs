using System.Text.Json;

namespace AuthServer.BrowserTests.Processes;

/// <summary>What a client holds of one family: the newest tokens that it was given, and what became of them.</summary>
internal sealed class Held
{
    public required string IdToken { get; init; }

    public string AccessToken { get; private set; } = "";

    public string RefreshToken { get; private set; } = "";

    /// <summary>Whether it was withdrawn, as far as the client knows.</summary>
    public Fate Fate { get; set; }

    public void Keep(JsonElement answer)
    {
        AccessToken = answer.GetProperty("access_token").GetString()!;
        RefreshToken = answer.GetProperty("refresh_token").GetString()!;
    }
}

/// <summary>What a client knows of a family.</summary>
internal enum Fate
{
    /// <summary>Nobody asked for its end.</summary>
    Alive,

    /// <summary>Its end was asked for and never acknowledged: either is right.</summary>
    Unknown,

    /// <summary>Its end was acknowledged.</summary>
    Dead,
}
