using System.ComponentModel.DataAnnotations;
using AuthServer.Grants.Entities;

namespace AuthServer.Areas.Identity.Pages.Account.Manage;

/// <summary>The claims of OpenID Connect Core §5.1 that a user may say of themself.</summary>
internal sealed class Profile
{
    private const string TooLong = "This is too long.";

    [StringLength(200, ErrorMessage = TooLong)]
    public string? Name { get; set; }

    [StringLength(200, ErrorMessage = TooLong)]
    public string? GivenName { get; set; }

    [StringLength(200, ErrorMessage = TooLong)]
    public string? FamilyName { get; set; }

    [Phone(ErrorMessage = "This is not a phone number.")]
    [StringLength(50, ErrorMessage = TooLong)]
    public string? PhoneNumber { get; set; }

    [StringLength(500, ErrorMessage = TooLong)]
    public string? Address { get; set; }

    [RegularExpression(@"^\d{4}-\d{2}-\d{2}$", ErrorMessage = "Write it as 1990-12-31.")]
    public string? Birthdate { get; set; }

    [WebAddress]
    [StringLength(500, ErrorMessage = TooLong)]
    public string? Website { get; set; }

    [WebAddress]
    [StringLength(500, ErrorMessage = TooLong)]
    public string? Picture { get; set; }

    [RegularExpression("^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$", ErrorMessage = "Write it as en-GB.")]
    [StringLength(35, ErrorMessage = TooLong)]
    public string? Locale { get; set; }

    [RegularExpression("^[A-Za-z0-9_+-]+(/[A-Za-z0-9_+-]+)*$", ErrorMessage = "Write it as Europe/Berlin.")]
    [StringLength(60, ErrorMessage = TooLong)]
    public string? Zoneinfo { get; set; }

    public static Profile Of(User user) => new()
    {
        Name = user.Name, GivenName = user.GivenName, FamilyName = user.FamilyName, PhoneNumber = user.PhoneNumber, Address = user.Address,
        Birthdate = user.Birthdate, Website = user.Website, Picture = user.Picture, Locale = user.Locale, Zoneinfo = user.Zoneinfo,
    };

    public void WriteTo(User user)
    {
        // A number that was proved is proved no more once it is another.
        user.PhoneNumberConfirmed = user.PhoneNumberConfirmed && user.PhoneNumber == PhoneNumber;
        (user.Name, user.GivenName, user.FamilyName, user.PhoneNumber, user.Address) = (Name, GivenName, FamilyName, PhoneNumber, Address?.ReplaceLineEndings("\n"));
        (user.Birthdate, user.Website, user.Picture, user.Locale, user.Zoneinfo) = (Birthdate, Website, Picture, Locale, Zoneinfo);
    }
}
