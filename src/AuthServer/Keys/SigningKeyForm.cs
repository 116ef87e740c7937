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
        AsymmetricSecurityKey key;
        if (alg == SecurityAlgorithms.RsaSha256)
        {
            var rsa = RSA.Create();
            rsa.ImportPkcs8PrivateKey(pkcs8, out _);
            key = new RsaSecurityKey(rsa);
        }
        else
        {
            var ecdsa = ECDsa.Create();
            ecdsa.ImportPkcs8PrivateKey(pkcs8, out _);
            key = new ECDsaSecurityKey(ecdsa);
        }

        key.KeyId = Base64UrlEncoder.Encode(PublicPart(key).ComputeJwkThumbprint());
        return new SigningCredentials(key, alg);
    }

    public static SecurityKey PublicPart(SecurityKey key) => key switch
    {
        RsaSecurityKey rsa => new RsaSecurityKey(rsa.Rsa.ExportParameters(includePrivateParameters: false)) { KeyId = rsa.KeyId },
        ECDsaSecurityKey ec => new ECDsaSecurityKey(ECDsa.Create(ec.ECDsa.ExportParameters(includePrivateParameters: false))) { KeyId = ec.KeyId },
        _ => throw new UnreachableException(key.GetType().Name),
    };
}
