using System.Diagnostics;
using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;

namespace AuthServer.Keys;

/// <summary>A signing key's forms: made, as PKCS#8, as what the token library signs with, and its public part.</summary>
internal static class SigningKeyForm
{
    private const int RsaKeySize = 2048;

    /// <summary>OpenID Connect wants RS256 of everybody (Core §15.1); ES256 is a fraction of the work.</summary>
    public static IReadOnlyList<string> Algorithms { get; } = [SecurityAlgorithms.RsaSha256, SecurityAlgorithms.EcdsaSha256];

    /// <summary>A new private key, as PKCS#8. Secret.</summary>
    public static byte[] Create(string alg)
    {
        using AsymmetricAlgorithm key = alg switch
        {
            SecurityAlgorithms.RsaSha256 => RSA.Create(RsaKeySize),
            SecurityAlgorithms.EcdsaSha256 => ECDsa.Create(ECCurve.NamedCurves.nistP256),
            _ => throw new UnreachableException(alg),
        };
        return key.ExportPkcs8PrivateKey();
    }

    /// <summary>What signs. Its id is the thumbprint of its public part (RFC 7638).</summary>
    public static SigningCredentials Open(ReadOnlySpan<byte> pkcs8, string alg)
    {
        var key = Key(alg);
        Algorithm(key).ImportPkcs8PrivateKey(pkcs8, out _);
        key.KeyId = Base64UrlEncoder.Encode(PublicPart(key).ComputeJwkThumbprint());
        return new SigningCredentials(key, alg);
    }

    public static SecurityKey PublicPart(SecurityKey key) => key switch
    {
        RsaSecurityKey rsa => new RsaSecurityKey(rsa.Rsa.ExportParameters(includePrivateParameters: false)) { KeyId = rsa.KeyId },
        ECDsaSecurityKey ec => new ECDsaSecurityKey(ECDsa.Create(ec.ECDsa.ExportParameters(includePrivateParameters: false))) { KeyId = ec.KeyId },
        _ => throw new UnreachableException(key.GetType().Name),
    };

    /// <summary>The public part as it is stored (RFC 5280 §4.1).</summary>
    public static byte[] ExportPublic(SecurityKey publicPart)
    {
        using AsymmetricAlgorithm algorithm = publicPart is RsaSecurityKey rsa
            ? RSA.Create(rsa.Parameters)
            : ECDsa.Create(((ECDsaSecurityKey)publicPart).ECDsa.ExportParameters(includePrivateParameters: false));
        return algorithm.ExportSubjectPublicKeyInfo();
    }

    public static SecurityKey OpenPublic(ReadOnlySpan<byte> subjectPublicKeyInfo, string alg, string kid)
    {
        var key = Key(alg);
        Algorithm(key).ImportSubjectPublicKeyInfo(subjectPublicKeyInfo, out _);
        key.KeyId = kid;
        return PublicPart(key);
    }

    private static AsymmetricSecurityKey Key(string alg) =>
        alg == SecurityAlgorithms.RsaSha256 ? new RsaSecurityKey(RSA.Create()) : new ECDsaSecurityKey(ECDsa.Create());

    private static AsymmetricAlgorithm Algorithm(AsymmetricSecurityKey key) =>
        key is RsaSecurityKey rsa ? rsa.Rsa : ((ECDsaSecurityKey)key).ECDsa;
}
