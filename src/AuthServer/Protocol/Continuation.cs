namespace AuthServer.Protocol;

/// <summary>
/// A request from a client that waits for a person: carried through sign-in and consent sealed, so that nothing in it can be changed on the
/// way.
/// </summary>
/// <param name="Kind">Which endpoint it goes back to.</param>
/// <param name="Parameters">As the client sent them.</param>
/// <param name="AskedAt">When; a sign-in after this answers <c>prompt=login</c>.</param>
/// <param name="ReturnUri">The registered URI at which the client will be answered, if there is one.</param>
/// <param name="Pushed">The client had pushed it (RFC 9126).</param>
/// <param name="SecondFactor">The sign-in it waits for must ask for the second factor, in a browser that is remembered for it, too.</param>
/// <param name="Allowed">What the user has just allowed of it, scope values and claims; null before.</param>
/// <param name="ConsentedIn">The session in which the user has just allowed it; null before.</param>
/// <param name="Denied">The user has just said no.</param>
/// <param name="EndedSid">The session that has just ended; null where none has.</param>
internal sealed record Continuation(
    ContinuationKind Kind,
    IReadOnlyDictionary<string, string> Parameters,
    DateTime AskedAt,
    string? ReturnUri,
    bool Pushed = false,
    bool SecondFactor = false,
    string? Allowed = null,
    Guid? ConsentedIn = null,
    bool Denied = false,
    Guid? EndedSid = null);
