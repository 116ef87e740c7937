using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Primitives;

namespace AuthServer.Pages;

/// <summary>
/// The pages' endpoints, made when routing or a link first asks for them, or just after the start, whichever comes first: MVC's model of them is a quarter of a start, and what clients call needs none
/// (docs/decisions/0022).
/// </summary>
internal sealed class LatePages(IEndpointRouteBuilder endpoints) : EndpointDataSource
{
    private readonly Lazy<IReadOnlyList<Endpoint>> _pages = new(() => Make(endpoints));

    public override IReadOnlyList<Endpoint> Endpoints => _pages.Value;

    public override IChangeToken GetChangeToken() => NullChangeToken.Singleton;

    private static IReadOnlyList<Endpoint> Make(IEndpointRouteBuilder endpoints)
    {
        var pages = new Apart(endpoints);

        // A method without a handler would render the page without its model.
        pages.MapRazorPages().WithMetadata(new HttpMethodMetadata([HttpMethods.Get, HttpMethods.Head, HttpMethods.Post]));
        return [.. pages.DataSources.SelectMany(source => source.Endpoints)];
    }

    /// <summary>Where MVC puts its endpoints, so that they do not join the others by themselves.</summary>
    private sealed class Apart(IEndpointRouteBuilder endpoints) : IEndpointRouteBuilder
    {
        public IServiceProvider ServiceProvider => endpoints.ServiceProvider;

        public ICollection<EndpointDataSource> DataSources { get; } = [];

        public IApplicationBuilder CreateApplicationBuilder() => endpoints.CreateApplicationBuilder();
    }
}

/// <summary>How they are mapped.</summary>
internal static class LatePagesExtensions
{
    public static void MapPages(this WebApplication app)
    {
        var pages = new LatePages(app);
        ((IEndpointRouteBuilder)app).DataSources.Add(pages);
        app.Lifetime.ApplicationStarted.Register(() => _ = Task.Run(() => pages.Endpoints));
    }
}
