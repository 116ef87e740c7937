using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace AuthServer.Mail;

/// <summary>Shows what would have been sent. In Development only.</summary>
internal sealed partial class MailboxModel(Mailbox mailbox) : PageModel
{
    public IReadOnlyList<KeptMail> Mails => mailbox.Mails;

    public IActionResult OnGet() => mailbox.IsOpen ? Page() : NotFound();

    /// <summary>The text, with its links apart.</summary>
    public static IEnumerable<(string Text, bool IsLink)> Parts(string text) =>
        LinkPattern().Split(text).Select(part => (part, part.StartsWith("http", StringComparison.Ordinal)));

    [GeneratedRegex(@"(?<link>https?://[^\s]*[^\s.])", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex LinkPattern();
}
