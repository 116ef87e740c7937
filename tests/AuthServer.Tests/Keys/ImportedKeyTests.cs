using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using AuthServer.Grants.Revocation;
using AuthServer.Keys;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.Tokens;

namespace AuthServer.Tests.Keys;

/// <summary>Signing keys made elsewhere: they sign from the start at which they are first seen.</summary>
public sealed class ImportedKeyTests : IAsyncLifetime
{
    private const string Password = "the key file's own";

    private readonly PreparedServer _server = new();

    private SigningKeyRing Ring => _server.Services.GetRequiredService<SigningKeyRing>();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Theory]
    [InlineData("ES256", "key.pem", null)]
    [InlineData("RS256", "key.pem", null)]
    [InlineData("ES256", "key.pem", Password)]
    [InlineData("RS256", "key.pfx", Password)]
    [InlineData("ES256", "key.pfx", Password)]
    public async Task A_key_file_signs_from_its_first_start_on(string alg, string file, string? password)
    {
        await _server.StartAsync();
        var own = Ring.Credentials(alg).Kid;
        var kid = Write(alg, file, password);

        await _server.StartAsync(Arguments(file, password));

        Assert.Equal(kid, Ring.Credentials(alg).Kid);
        Assert.True(Ring.Verifies(own));

        await _server.StartAsync(Arguments(file, password));
        Assert.Equal(kid, Ring.Credentials(alg).Kid);
    }

    [Fact]
    public async Task A_withdrawn_key_is_not_brought_back()
    {
        var kid = Write("ES256", "key.pem", password: null);
        await _server.StartAsync(Arguments("key.pem", password: null));
        var actor = new RevocationActor(RevocationActorKind.Operator, Id: null, Address: null, CorrelationId: null);
        await _server.Services.GetRequiredService<SigningKeyRotation>().WithdrawAsync(kid, actor, TestContext.Current.CancellationToken);

        await _server.StartAsync(Arguments("key.pem", password: null));

        Assert.NotEqual(kid, Ring.Credentials("ES256").Kid);
        Assert.False(Ring.Verifies(kid));
    }

    [Theory]
    [InlineData("absent.pem", null)]
    [InlineData("small.pem", null)]
    [InlineData("p384.pem", null)]
    [InlineData("garbage.pem", null)]
    [InlineData("key.pfx", "not its password")]
    public async Task A_file_that_is_no_key_to_sign_with_stops_the_start(string file, string? password)
    {
        Write("ES256", "key.pfx", Password);
        using var small = RSA.Create(1024);
        using var p384 = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        WriteText("small.pem", small.ExportPkcs8PrivateKeyPem());
        WriteText("p384.pem", p384.ExportPkcs8PrivateKeyPem());
        WriteText("garbage.pem", "-----BEGIN PRIVATE KEY-----");

        var refused = await Assert.ThrowsAsync<StartupException>(() => _server.StartAsync(Arguments(file, password)));

        Assert.StartsWith("AuthServer:Keys:Import:0", refused.Message, StringComparison.Ordinal);
    }

    private string[] Arguments(string file, string? password) =>
    [
        $"--AuthServer:Keys:Import:0:Path={Path.Combine(_server.Directory, file)}",
        .. password is null ? Array.Empty<string>() : [$"--AuthServer:Keys:Import:0:Password={password}"],
    ];

    /// <summary>Makes a key file; returns its <c>kid</c>.</summary>
    private string Write(string alg, string file, string? password)
    {
        var pkcs8 = SigningKeyForm.Create(alg);
        using AsymmetricAlgorithm key = alg == SecurityAlgorithms.RsaSha256 ? RSA.Create() : ECDsa.Create();
        key.ImportPkcs8PrivateKey(pkcs8, out _);
        if (Path.GetExtension(file) == ".pfx")
        {
            var request = key is RSA rsa
                ? new CertificateRequest("CN=signing", rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
                : new CertificateRequest("CN=signing", (ECDsa)key, HashAlgorithmName.SHA256);
            using var certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(200));
            File.WriteAllBytes(Path.Combine(_server.Directory, file), certificate.Export(X509ContentType.Pkcs12, password));
        }
        else
        {
            var encryption = new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000);
            WriteText(file, password is null ? key.ExportPkcs8PrivateKeyPem() : key.ExportEncryptedPkcs8PrivateKeyPem(password, encryption));
        }

        return SigningKeyForm.Open(pkcs8, alg).Kid;
    }

    private void WriteText(string file, string text) => File.WriteAllText(Path.Combine(_server.Directory, file), text);
}
