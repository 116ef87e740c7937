using System.ComponentModel.DataAnnotations;

namespace AuthServer.Areas.Identity.Pages.Account.Manage;

/// <summary>An https or http address, or nothing: a <c>javascript:</c> one would be run by who shows it as a link.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class WebAddressAttribute() : ValidationAttribute("This is not a web address. It begins with https://.")
{
    public override bool IsValid(object? value) =>
        value is null || (Uri.TryCreate(value as string, UriKind.Absolute, out var uri) && (uri.Scheme == Uri.UriSchemeHttps || uri.Scheme == Uri.UriSchemeHttp));
}
