using System.Text.Json;

namespace AuthServer.Pages;

/// <summary>A person of the demonstration that an empty database gets in Development.</summary>
internal sealed record DemoAccount(string Name, string Email, string Password, bool Admin);

/// <summary>Who can sign in in Development, read from the demonstration data themselves: the page cannot say another password than theirs.</summary>
internal static class DemoAccounts
{
    public static IReadOnlyList<DemoAccount> All { get; } = Read();

    private static List<DemoAccount> Read()
    {
        using var stream = typeof(DemoAccounts).Assembly.GetManifestResourceStream("AuthServer.Import.demo.json")!;
        using var demo = JsonDocument.Parse(stream, new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        return [.. demo.RootElement.GetProperty("users").EnumerateArray().Select(user => new DemoAccount(
            user.GetProperty("given_name").GetString()!,
            user.GetProperty("email").GetString()!,
            user.GetProperty("password").GetString()!,
            user.TryGetProperty("roles", out var roles) && roles.EnumerateArray().Any(role => role.ValueEquals("admin"))))];
    }
}
