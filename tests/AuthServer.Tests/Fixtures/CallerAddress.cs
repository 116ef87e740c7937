using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;

namespace AuthServer.Tests.Fixtures;

/// <summary>Lets a test say from which address a request comes: by a header that only the test server reads, before anything else.</summary>
public sealed class CallerAddress : IStartupFilter
{
    public const string Header = "Test-Caller-Address";

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => pipeline =>
    {
        pipeline.Use((context, rest) =>
        {
            context.Connection.RemoteIpAddress = IPAddress.Parse(context.Request.Headers[Header].ToString() is { Length: > 0 } address ? address : "192.0.2.1");
            return rest(context);
        });
        next(pipeline);
    };
}
