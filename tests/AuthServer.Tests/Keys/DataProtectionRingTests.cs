using AuthServer.Keys;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace AuthServer.Tests.Keys;

/// <summary>The ring lies in the database, and is worth nothing without its certificate.</summary>
public sealed class DataProtectionRingTests : IAsyncLifetime
{
    private const string Plain = "an authorization code";

    private readonly PreparedServer _server = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task First_start_makes_a_certificate_that_only_its_owner_reads()
    {
        await _server.StartAsync();

        Assert.True(File.Exists(_server.Certificate));
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_server.Certificate));
        }

        Assert.False(File.Exists(_server.Certificate + ".new"));
    }

    [Fact]
    public async Task A_key_is_there_before_the_server_listens_and_lies_encrypted()
    {
        await _server.StartAsync();

        var element = await _server.ReadAsync(db => db.DataProtectionKeys.SingleAsync());
        Assert.Contains("EncryptedData", element.Xml, StringComparison.Ordinal);
        Assert.DoesNotContain("<masterKey", element.Xml, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_sealed_is_unsealed_after_a_restart()
    {
        await _server.StartAsync();
        var sealedText = Protector.Protect(Plain);
        var certificate = await File.ReadAllBytesAsync(_server.Certificate, TestContext.Current.CancellationToken);

        await _server.StartAsync();

        Assert.Equal(Plain, Protector.Unprotect(sealedText));
        Assert.Equal(certificate, await File.ReadAllBytesAsync(_server.Certificate, TestContext.Current.CancellationToken));
        Assert.Equal(1, await _server.ReadAsync(db => db.DataProtectionKeys.CountAsync()));
    }

    [Fact]
    public async Task Without_its_certificate_the_server_does_not_start_and_makes_no_other()
    {
        await _server.StartAsync();
        await _server.StopAsync();
        File.Delete(_server.Certificate);

        var refused = await Assert.ThrowsAsync<StartupException>(() => _server.StartAsync());

        Assert.Contains(_server.Certificate, refused.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_server.Certificate));
    }

    [Fact]
    public async Task With_another_certificate_the_server_does_not_start_and_the_ring_stays_as_it_is()
    {
        await _server.StartAsync();
        await _server.StopAsync();
        var other = MakeCertificate("other.pfx");

        var refused = await Assert.ThrowsAsync<StartupException>(() => _server.StartAsync($"--DataProtection:Certificate:Path={other}"));

        Assert.Contains("DataProtection:Retired", refused.Message, StringComparison.Ordinal);
        await _server.StartAsync();
        Assert.Equal(1, await _server.ReadAsync(db => db.DataProtectionKeys.CountAsync()));
    }

    [Fact]
    public async Task A_retired_certificate_still_unseals_and_the_new_one_seals()
    {
        await _server.StartAsync();
        var sealedText = Protector.Protect(Plain);
        var other = MakeCertificate("other.pfx");
        string[] args = [$"--DataProtection:Certificate:Path={other}", $"--DataProtection:Retired:0:Path={_server.Certificate}"];

        await _server.StartAsync(args);
        Assert.Equal(Plain, Protector.Unprotect(sealedText));
        MakeKey();
        await _server.StopAsync();

        // The old certificate alone opens the old element, not the new one.
        await Assert.ThrowsAsync<StartupException>(() => _server.StartAsync());
        await _server.StartAsync(args);
    }

    [Fact]
    public async Task An_expired_key_is_kept_and_still_unseals()
    {
        await _server.StartAsync();
        var sealedText = Protector.Protect(Plain);
        await _server.WriteAsync(async db =>
        {
            var element = await db.DataProtectionKeys.SingleAsync();
            var expired = System.Xml.Linq.XElement.Parse(element.Xml);
            expired.Element("expirationDate")!.Value = "2001-01-01T00:00:00Z";
            expired.Element("activationDate")!.Value = "2000-01-01T00:00:00Z";
            await db.DataProtectionKeys.ExecuteUpdateAsync(set => set.SetProperty(key => key.Xml, expired.ToString()));
        });

        await _server.StartAsync();

        Assert.Equal(Plain, Protector.Unprotect(sealedText));
        Assert.Equal(2, await _server.ReadAsync(db => db.DataProtectionKeys.CountAsync()));
    }

    [Theory]
    [InlineData("<key")]
    [InlineData("<key id=\"00000000-0000-0000-0000-000000000001\" version=\"1\" />")]
    public async Task A_damaged_element_beside_a_good_one_stops_the_start(string xml)
    {
        await _server.StartAsync();
        await _server.WriteAsync(db =>
        {
            db.DataProtectionKeys.Add(new() { FriendlyName = "damaged", Xml = xml });
            return db.SaveChangesAsync();
        });

        await Assert.ThrowsAsync<StartupException>(() => _server.StartAsync());
    }

    [Fact]
    public async Task A_configured_certificate_that_is_missing_is_named_by_its_key()
    {
        var refused = await Assert.ThrowsAsync<StartupException>(() => _server.StartAsync("--DataProtection:Certificate:Path=/nowhere/ring.pfx"));

        Assert.StartsWith("DataProtection:Certificate:Path:", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_no_certificate_is_named_by_its_key()
    {
        var path = Path.Combine(_server.Directory, "ring.pem");
        await File.WriteAllTextAsync(path, "not a certificate", TestContext.Current.CancellationToken);

        var refused = await Assert.ThrowsAsync<StartupException>(() => _server.StartAsync($"--DataProtection:Certificate:Path={path}"));

        Assert.StartsWith("DataProtection:Certificate:Path:", refused.Message, StringComparison.Ordinal);
    }

    private IDataProtector Protector => _server.Services.GetRequiredService<IDataProtectionProvider>().CreateProtector("test");

    private string MakeCertificate(string name)
    {
        var path = Path.Combine(_server.Directory, name);
        RingCertificate.Create(path, TimeProvider.System.GetUtcNow());
        return path;
    }

    private void MakeKey()
    {
        var now = TimeProvider.System.GetUtcNow();
        _server.Services.GetRequiredService<IKeyManager>().CreateNewKey(now, now.AddDays(1));
    }
}
