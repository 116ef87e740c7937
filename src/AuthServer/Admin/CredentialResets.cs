using AuthServer.Grants;
using AuthServer.Grants.Entities;
using AuthServer.Grants.Revocation;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace AuthServer.Admin;

/// <summary>New credentials from an operator: what the user holds by the old ones falls in the transaction that writes the new.</summary>
internal sealed class CredentialResets(AuthServerDbContext db, UserManager<User> users, CredentialChange credentials)
{
    /// <summary>Null where there is no such user.</summary>
    public Task<User?> FindAsync(Guid id, CancellationToken cancellationToken) =>
        db.Users.AsNoTracking().FirstOrDefaultAsync(u => u.Id == id, cancellationToken);

    /// <summary>What is wrong with a password; nothing: it may be set.</summary>
    public async Task<IReadOnlyList<string>> ProblemsAsync(User user, string? password)
    {
        var problems = new List<string>();
        foreach (var validator in users.PasswordValidators)
        {
            problems.AddRange((await validator.ValidateAsync(users, user, password)).Errors.Select(error => error.Description));
        }

        return problems;
    }

    /// <summary>Null: somebody changed the user meanwhile, or what falls with the old one (by the stamp of its preview), and nothing is written.</summary>
    public Task<ChangedCredentials?> SetPasswordAsync(
        User user, string password, RevocationActor actor, string? stamp, CancellationToken cancellationToken)
    {
        user.PasswordHash = users.PasswordHasher.HashPassword(user, password);
        user.SecurityStamp = users.GenerateNewAuthenticatorKey();
        return credentials.CommitAsync(user, [], kept: null, RevocationCause.PasswordReset, actor, stamp, cancellationToken);
    }

    /// <summary>Null: as with the other.</summary>
    public Task<ChangedCredentials?> ResetSecondFactorAsync(User user, RevocationActor actor, string? stamp, CancellationToken cancellationToken)
    {
        user.TwoFactorEnabled = false;
        user.SecurityStamp = users.GenerateNewAuthenticatorKey();
        return credentials.ResetSecondFactorAsync(user, actor, stamp, cancellationToken);
    }
}
