using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace AuthServer.Tests.Fixtures;

/// <summary>Everything that is mapped: an address and the methods it has; a new endpoint joins by itself.</summary>
public sealed partial record MappedEndpoint(string Path, IReadOnlyList<string> Methods, bool IsPage, bool HasAntiforgery)
{
    public static IReadOnlyList<MappedEndpoint> Of(AuthServerFactory server) =>
    [
        .. server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Select(endpoint => new MappedEndpoint(
                Fill(endpoint.RoutePattern.RawText!),
                endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["GET"],
                endpoint.Metadata.GetMetadata<PageActionDescriptor>() is not null,
                endpoint.Metadata.GetMetadata<Microsoft.AspNetCore.Mvc.IgnoreAntiforgeryTokenAttribute>() is null))
            .DistinctBy(endpoint => (endpoint.Path, string.Join(',', endpoint.Methods))),
    ];

    public override string ToString() => $"{string.Join('|', Methods)} {Path}";

    private static string Fill(string pattern) => "/" + Parameter().Replace(
        pattern, parameter => parameter.Groups["first"] is { Success: true, Value: var word } ? word : "0197a000-0000-7000-8000-000000000000").Trim('/');

    // Of a parameter that is one of several words, the first.
    [GeneratedRegex(@"\{[^}(]*(regex\(\^\((?<first>[a-z-]+)\|[^}]*)?\}", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Parameter();
}
