using System.Text;

namespace AuthServer.Benchmarks.Load;

/// <summary>A client of the import file.</summary>
internal sealed record BenchmarkClient(string ClientId)
{
    public const string RedirectUri = "https://benchmark.example/cb";

    public static BenchmarkClient Es256 { get; } = new("benchmark-es256");

    public static BenchmarkClient Rs256 { get; } = new("benchmark-rs256");

    public static BenchmarkClient Machine { get; } = new("benchmark-machine");

    /// <summary>Made up for every run: the server is on the loopback interface, and gone afterwards.</summary>
    public string Secret => $"{ClientId}-secret-0123456789";

    /// <summary>client_secret_basic (RFC 6749 §2.3.1).</summary>
    public string Authorization => $"Authorization: Basic {Convert.ToBase64String(Encoding.ASCII.GetBytes($"{ClientId}:{Secret}"))}";
}
