namespace AuthServer.Authorize;

/// <summary>What is to be done with an authorization request.</summary>
internal abstract record AuthorizationDecision
{
    private AuthorizationDecision()
    {
    }

    /// <summary>The person must sign in first; with the second factor where the client asks for that much.</summary>
    public sealed record SignIn(bool SecondFactor) : AuthorizationDecision;

    /// <summary>The person must be asked whether the client may.</summary>
    public sealed record Ask : AuthorizationDecision;

    /// <summary>The client is told no.</summary>
    public sealed record Refuse(AuthorizationRefusal Refusal) : AuthorizationDecision;

    /// <summary>The client gets a code.</summary>
    public sealed record Answer(string Code) : AuthorizationDecision;
}
