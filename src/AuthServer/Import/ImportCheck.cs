using System.ComponentModel.DataAnnotations;
using System.Globalization;
using AuthServer.Grants.Entities;
using AuthServer.Protocol;
using Microsoft.AspNetCore.Identity;

namespace AuthServer.Import;

/// <summary>Checks what an import file says, as a whole.</summary>
internal sealed class ImportCheck(UserManager<User> users)
{
    private const int MaxNameLength = 200;
    private const int MaxEmailLength = 256;

    private static readonly EmailAddressAttribute Email = new();

    /// <param name="file">What to look at.</param>
    /// <param name="storedScopes">The API scopes that are in the database already.</param>
    /// <param name="problems">Where what is wrong is noted.</param>
    public async Task CheckAsync(ImportFile file, IEnumerable<string> storedScopes, ImportProblems problems)
    {
        CheckUnique(file.Scopes, scope => scope.Name, "name", StringComparer.Ordinal, problems);
        CheckUnique(file.Clients, client => client.ClientId, "client_id", StringComparer.Ordinal, problems);
        CheckUnique(file.Users, user => users.NormalizeEmail(user.Email), "email", StringComparer.Ordinal, problems);

        foreach (var (path, scope) in file.Scopes)
        {
            Note(ScopeProblems(scope), path, problems);
        }

        var scopes = storedScopes.Concat(file.Scopes.Select(scope => scope.Value.Name).OfType<string>()).ToHashSet(StringComparer.Ordinal);
        foreach (var (path, client) in file.Clients)
        {
            Note(ClientMetadataValidator.Problems(client, scopes), path, problems);
            Note(ClientMetadataValidator.SecretProblems(client), path, problems);
        }

        foreach (var (path, user) in file.Users)
        {
            Note(UserProblems(user), path, problems);
            Note(await PasswordProblemsAsync(user), path, problems);
        }
    }

    private static IEnumerable<MetadataProblem> ScopeProblems(ScopeMetadata scope)
    {
        if (string.IsNullOrEmpty(scope.Name))
        {
            yield return new("name", "is required");
        }
        else if (!ScopeNames.IsWellFormed(scope.Name) || scope.Name.Length > MaxNameLength)
        {
            yield return new("name", $"must be at most {MaxNameLength} printable ASCII characters without space, quote and backslash (RFC 6749 §3.3)");
        }
        else if (ScopeNames.Standard.Contains(scope.Name, StringComparer.Ordinal))
        {
            yield return new("name", $"'{scope.Name}' is a standard scope and always there");
        }

        if (string.IsNullOrWhiteSpace(scope.Description))
        {
            yield return new("description", "is required: it is what the user consents to");
        }

        foreach (var (index, resource) in scope.Resources.Index())
        {
            if (RegisteredUri.ResourceProblem(resource) is { } problem)
            {
                yield return new($"resources[{index}]", problem);
            }
        }

        foreach (var (index, claim) in scope.Claims.Index().Where(claim => !UserClaims.Supported.Contains(claim.Item, StringComparer.Ordinal)))
        {
            yield return new($"claims[{index}]", $"'{claim}' is no claim of a user here; known: {string.Join(", ", UserClaims.Supported)}");
        }
    }

    private IEnumerable<MetadataProblem> UserProblems(UserMetadata user)
    {
        // It is the user name too, and Identity would refuse every later change of a user whose name it does not allow.
        var allowed = users.Options.User.AllowedUserNameCharacters;
        if (string.IsNullOrEmpty(user.Email))
        {
            yield return new("email", "is required");
        }
        else if (user.Email.Length > MaxEmailLength || !Email.IsValid(user.Email)
            || (!string.IsNullOrEmpty(allowed) && !user.Email.All(allowed.Contains)))
        {
            yield return new("email", "is not an e-mail address, or has characters that are not allowed in one here");
        }

        // OpenID Connect Core §5.1: the year may be 0000, or stand alone.
        if (user.Birthdate is { } birthdate && !IsDate(birthdate, "yyyy-MM-dd") && !IsDate(birthdate, "yyyy")
            && !(birthdate.StartsWith("0000-", StringComparison.Ordinal) && IsDate($"2000{birthdate[4..]}", "yyyy-MM-dd")))
        {
            yield return new("birthdate", "must be YYYY-MM-DD or YYYY (OpenID Connect Core §5.1)");
        }

        (string Member, string? Value)[] pages = [("picture", user.Picture), ("website", user.Website)];
        foreach (var (member, value) in pages)
        {
            if (value is not null && RegisteredUri.PageProblem(value) is not null)
            {
                yield return new(member, "must be an absolute https or http address (OpenID Connect Core §5.1)");
            }
        }

        foreach (var (index, role) in user.Roles.Index())
        {
            if (string.IsNullOrWhiteSpace(role) || role.Length > MaxNameLength || role.Any(char.IsControl))
            {
                yield return new($"roles[{index}]", $"must be a name of at most {MaxNameLength} characters");
            }
        }
    }

    private async Task<List<MetadataProblem>> PasswordProblemsAsync(UserMetadata user)
    {
        if (string.IsNullOrEmpty(user.Password))
        {
            return [new("password", "is required")];
        }

        var errors = new List<string>();
        var person = new User { Email = user.Email, UserName = user.Email };
        foreach (var validator in users.PasswordValidators)
        {
            var result = await validator.ValidateAsync(users, person, user.Password);
            errors.AddRange(result.Errors.Select(error => error.Description));
        }

        return errors.Count == 0 ? [] : [new("password", string.Join(' ', errors))];
    }

    private static bool IsDate(string text, string format) =>
        DateOnly.TryParseExact(text, format, CultureInfo.InvariantCulture, DateTimeStyles.None, out _);

    private static void Note(IEnumerable<MetadataProblem> found, string path, ImportProblems problems)
    {
        foreach (var problem in found)
        {
            problems.Add($"{path}.{problem.Member}", problem.Message);
        }
    }

    private static void CheckUnique<T>(
        IEnumerable<Located<T>> parts, Func<T, string?> nameOf, string member, StringComparer comparer, ImportProblems problems)
    {
        var first = new Dictionary<string, string>(comparer);
        foreach (var (path, value) in parts)
        {
            if (nameOf(value) is { } name && !first.TryAdd(name, path))
            {
                problems.Add($"{path}.{member}", $"is the same as that of {first[name]}");
            }
        }
    }
}
