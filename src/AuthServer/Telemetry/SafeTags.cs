using System.Diagnostics;
using OpenTelemetry;

namespace AuthServer.Telemetry;

/// <summary>
/// Takes from the framework's activities whatever a caller wrote: codes, sealed requests and hints are in queries, anything at all may be in a path.
/// The route says which endpoint it was.
/// </summary>
internal sealed class SafeTags : BaseProcessor<Activity>
{
    private static readonly string[] Callers = ["url.query", "url.full", "url.path", "http.target", "http.url", "user_agent.original", "exception.message", "exception.stacktrace"];

    public override void OnEnd(Activity data)
    {
        foreach (var tag in Callers)
        {
            data.SetTag(tag, null);
        }
    }
}
