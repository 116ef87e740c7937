namespace AuthServer.Keys;

/// <summary>The section <c>DataProtection</c> of the configuration: what the ring that seals everything is itself sealed with.</summary>
public sealed class RingOptions
{
    public const string Section = "DataProtection";

    /// <summary>
    /// The certificate (RSA, with its private key) that new ring elements are encrypted with. Required on PostgreSQL. Default on SQLite: one
    /// made at first start beside the database file, <c>authserver.pfx</c> for <c>authserver.db</c>, readable by its owner alone.
    /// </summary>
    public CertificateFile Certificate { get; set; } = new();

    /// <summary>Certificates used before: they still unseal what they sealed. Default: none.</summary>
    public IList<CertificateFile> Retired { get; } = [];
}

/// <summary>A certificate with its private key, in a file.</summary>
public sealed class CertificateFile
{
    /// <summary>PKCS#12 (<c>.pfx</c>, <c>.p12</c>), or PEM with certificate and key in one file. Relative to the working directory.</summary>
    public string? Path { get; set; }

    /// <summary>What the file's private key is encrypted with. Secret. Default: none.</summary>
    public string? Password { get; set; }
}
