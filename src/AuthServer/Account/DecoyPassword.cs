using System.Security.Cryptography;
using AuthServer.Grants.Entities;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace AuthServer.Account;

/// <summary>A password that nobody knows, for the work that a wrong one would have cost. Hashed once, before anybody's time is measured.</summary>
internal sealed class DecoyPassword
{
    private readonly PasswordHasher<User> _hasher;
    private readonly User _nobody = new();
    private readonly string _hash;

    public DecoyPassword(IOptions<PasswordHasherOptions> options)
    {
        _hasher = new PasswordHasher<User>(options);
        _hash = _hasher.HashPassword(_nobody, RandomNumberGenerator.GetHexString(32));
    }

    /// <summary>Always in vain.</summary>
    public void Verify(string password) => _hasher.VerifyHashedPassword(_nobody, _hash, password);
}
