using AuthServer.Keys;
using Microsoft.Data.Sqlite;
using Microsoft.IdentityModel.Tokens;

namespace AuthServer;

/// <summary>
/// Lets the runtime load, on another processor while the host is put together, what every start needs next: OpenSSL, the token library, XML encryption, SQLite.
/// Nothing depends on it, and nothing of it is kept (docs/decisions/0021).
/// </summary>
internal static class FirstUses
{
    public static void Begin() => _ = Task.Run(() =>
    {
        SigningKeyForm.Open(SigningKeyForm.Create(SecurityAlgorithms.EcdsaSha256), SecurityAlgorithms.EcdsaSha256);
        using var connection = new SqliteConnection("Data Source=:memory:");
        connection.Open();
    });
}
