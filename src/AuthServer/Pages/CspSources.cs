namespace AuthServer.Pages;

/// <summary>Where a part of this response may lead, beyond what every page may: the sources of one directive of its CSP.</summary>
internal abstract class CspSources
{
    private readonly SortedSet<string> _sources = new(StringComparer.Ordinal);

    public bool Any => _sources.Count > 0;

    protected IEnumerable<string> Sources => _sources;

    /// <summary>The uri's origin; its scheme alone where the origin cannot be written in a policy (custom schemes, RFC 8252 §7.1; IPv6).</summary>
    public void Add(string uri)
    {
        if (Uri.TryCreate(uri, UriKind.Absolute, out var parsed))
        {
            _sources.Add(parsed is { Scheme: "https" or "http", HostNameType: UriHostNameType.Dns or UriHostNameType.IPv4 }
                ? $"{parsed.Scheme}://{parsed.IdnHost}{(parsed.IsDefaultPort ? "" : $":{parsed.Port}")}"
                : $"{parsed.Scheme}:");
        }
    }
}
