using System.Buffers.Text;
using System.Text.Json;

namespace AuthServer.BrowserTests.Processes;

/// <summary>What is written in a token, unverified.</summary>
internal static class TokenText
{
    public static string Sid(string token) => Json(token.Split('.')[1]).GetProperty("sid").GetString()!;

    public static JsonElement Json(string part) => JsonElement.Parse(Base64Url.DecodeFromChars(part));
}
