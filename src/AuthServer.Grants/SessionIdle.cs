namespace AuthServer.Grants;

/// <summary>How long a login session lives without use.</summary>
/// <param name="Plain">One that ends with the browser.</param>
/// <param name="Persistent">One that was asked to stay.</param>
public sealed record SessionIdle(TimeSpan Plain, TimeSpan Persistent);
