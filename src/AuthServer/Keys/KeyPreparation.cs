using Microsoft.AspNetCore.DataProtection;

namespace AuthServer.Keys;

/// <summary>Makes everything that seals and signs ready, before the server listens.</summary>
internal sealed class KeyPreparation(DataProtectionRing ring, IDataProtectionProvider protection, SigningKeyRing signingKeys)
{
    /// <exception cref="StartupException">Something in the database cannot be unsealed.</exception>
    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        ring.Unseal();

        // The first use makes a key where none is active; no request shall be the first.
        var probe = protection.CreateProtector("AuthServer.Start");
        probe.Unprotect(probe.Protect([]));
        await signingKeys.LoadAsync(cancellationToken);
    }
}
