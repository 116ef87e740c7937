namespace AuthServer.Pages;

/// <summary>Where this response loads pictures from, besides this server: CSP's <c>img-src</c>. No pages have any but the consent pages.</summary>
internal sealed class ImageSources : CspSources
{
    public string Policy => Any ? $" {string.Join(' ', Sources)}" : "";
}

/// <summary>How a page says where it loads pictures from.</summary>
internal static class ImageSourceExtensions
{
    /// <summary>Lets this page show <paramref name="uri"/>, a <b>registered</b> logo.</summary>
    public static void AllowImage(this HttpContext context, string uri)
    {
        var images = context.Features.Get<ImageSources>();
        if (images is null)
        {
            context.Features.Set(images = new ImageSources());
        }

        images.Add(uri);
    }
}
