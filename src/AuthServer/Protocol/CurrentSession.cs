using AuthServer.Grants.Revocation;

namespace AuthServer.Protocol;

/// <summary>The live login session of the browser that sent this request.</summary>
internal static class CurrentSession
{
    private static readonly object Key = new();

    /// <summary>Null where nobody is signed in here. The cookie's handler has asked Liveness in this very request.</summary>
    public static SessionState? Session(this HttpContext context) => context.Items[Key] as SessionState;

    public static void SetSession(this HttpContext context, SessionState? session) => context.Items[Key] = session;
}
