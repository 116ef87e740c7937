using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Mvc;

namespace AuthServer.Admin;

/// <summary>What an operator writes about a user.</summary>
internal sealed class UserForm
{
    [Required(ErrorMessage = "Type an e-mail address.")]
    [EmailAddress(ErrorMessage = "This is not an e-mail address.")]
    [StringLength(256, ErrorMessage = "This address is too long.")]
    public string Email { get; set; } = "";

    [StringLength(200, ErrorMessage = "This name is too long.")]
    public string? Name { get; set; }

    /// <summary>Separated by commas or spaces.</summary>
    [StringLength(500, ErrorMessage = "These are too many roles.")]
    public string? Roles { get; set; }

    /// <summary>Of the row that was read; what somebody changed since is not overwritten.</summary>
    [HiddenInput]
    public string? Stamp { get; set; }

    public IReadOnlyList<string> RoleNames => [.. (Roles ?? "")
        .Split([',', ' ', '\n', '\r', '\t'], StringSplitOptions.RemoveEmptyEntries).Distinct(StringComparer.OrdinalIgnoreCase)];
}
