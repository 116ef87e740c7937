namespace AuthServer.Protocol;

/// <summary>Which endpoint a waiting request goes back to.</summary>
internal enum ContinuationKind
{
    Authorize,
    EndSession,
}
