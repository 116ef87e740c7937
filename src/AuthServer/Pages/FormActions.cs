namespace AuthServer.Pages;

/// <summary>Where the forms of this response may lead, besides this server: CSP's <c>form-action</c>.</summary>
internal sealed class FormActions
{
    private readonly SortedSet<string> sources = new(StringComparer.Ordinal);

    public string Policy => string.Join(' ', ["'self'", .. sources]);

    public bool Any => sources.Count > 0;

    /// <summary>The uri's origin; its scheme alone where the origin cannot be written in a policy (custom schemes, RFC 8252 §7.1; IPv6).</summary>
    public void Add(string uri)
    {
        if (Uri.TryCreate(uri, UriKind.Absolute, out var parsed))
        {
            sources.Add(parsed is { Scheme: "https" or "http", HostNameType: UriHostNameType.Dns or UriHostNameType.IPv4 }
                ? $"{parsed.Scheme}://{parsed.IdnHost}{(parsed.IsDefaultPort ? "" : $":{parsed.Port}")}"
                : $"{parsed.Scheme}:");
        }
    }
}

/// <summary>How a page says where its form may lead.</summary>
internal static class FormActionExtensions
{
    /// <summary>
    /// Lets the forms of this page end at <paramref name="uri"/>, a <b>registered</b> redirect URI. Browsers hold <c>form-action</c> against
    /// every redirect that follows a post (CSP3 §6.4.1): a sign-in form that in the end leads to the client must name the client.
    /// </summary>
    public static void AllowFormAction(this HttpContext context, string uri)
    {
        var actions = context.Features.Get<FormActions>();
        if (actions is null)
        {
            context.Features.Set(actions = new FormActions());
        }

        actions.Add(uri);
    }
}
