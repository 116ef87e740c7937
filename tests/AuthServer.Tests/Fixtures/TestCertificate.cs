using AuthServer.Keys;
using AuthServer.Tests.Fixtures;

[assembly: AssemblyFixture(typeof(TestCertificate))]

namespace AuthServer.Tests.Fixtures;

/// <summary>One certificate for the rings of all servers under test: making an RSA key takes as long as a start.</summary>
public sealed class TestCertificate : IDisposable
{
    private static readonly Lazy<string> File = new(() =>
    {
        var path = System.IO.Path.Combine(Directory.CreateTempSubdirectory("authserver-").FullName, "ring.pfx");
        RingCertificate.Create(path, TimeProvider.System.GetUtcNow());
        return path;
    });

    public static string Path => File.Value;

    public void Dispose()
    {
        if (File.IsValueCreated)
        {
            Directory.Delete(System.IO.Path.GetDirectoryName(Path)!, recursive: true);
        }
    }
}
