namespace AuthServer.Pages;

/// <summary>Where the forms of this response may lead, besides this server: CSP's <c>form-action</c>.</summary>
internal sealed class FormActions : CspSources
{
    public string Policy => string.Join(' ', ["'self'", .. Sources]);
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
