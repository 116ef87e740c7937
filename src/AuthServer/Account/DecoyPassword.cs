using System.Security.Cryptography;
using AuthServer.Grants.Entities;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace AuthServer.Account;

/// <summary>A password that nobody knows, for the work that a wrong one would have cost. Hashed once, before anybody's time is measured.</summary>
internal sealed class DecoyPassword(IOptions<PasswordHasherOptions> options)
{
    private readonly User _nobody = new();
    private readonly string _hash = new PasswordHasher<User>(options).HashPassword(new User(), RandomNumberGenerator.GetHexString(32));

    /// <summary>Always in vain.</summary>
    public void Verify(IPasswordHasher<User> hasher, string password) => hasher.VerifyHashedPassword(_nobody, _hash, password);
}
