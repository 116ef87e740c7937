using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace AuthServer.Mail;

/// <summary>The section <c>Mail</c> of the configuration: the SMTP server that mail to people is handed to.</summary>
public sealed class MailOptions : IValidatableObject
{
    public const string Section = "Mail";

    /// <summary>Its name. Default: none; then no mail is sent, and what is owed by mail is shown as failed.</summary>
    public string? Host { get; set; }

    /// <summary>Default: 587 (RFC 6409).</summary>
    [Range(1, 65535)]
    public int Port { get; set; } = 587;

    /// <summary>Default: none; then nobody is authenticated.</summary>
    public string? UserName { get; set; }

    /// <summary>Secret.</summary>
    public string? Password { get; set; }

    /// <summary>The sender, <c>auth@example.com</c>. Required with <see cref="Host"/>.</summary>
    [EmailAddress]
    public string? From { get; set; }

    /// <summary>Whether TLS is required, by STARTTLS (RFC 3207). Default: yes.</summary>
    public bool StartTls { get; set; } = true;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (!string.IsNullOrEmpty(Host) && string.IsNullOrEmpty(From))
        {
            yield return new($"{Section}:{nameof(From)} is required with {Section}:{nameof(Host)}.");
        }
    }
}

/// <summary>The ranges of <see cref="MailOptions"/>.</summary>
[OptionsValidator]
internal sealed partial class MailOptionsValidator : IValidateOptions<MailOptions>;
