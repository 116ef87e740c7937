namespace AuthServer.Protocol;

/// <summary>What is counted of one request, and what came of it. A feature of the request, and a property of its activity.</summary>
internal sealed class MeasuredRequest
{
    private int _statements;

    /// <summary>The pattern of the first endpoint that was found; never what the caller wrote. Null: none was.</summary>
    public string? Endpoint { get; set; }

    /// <summary>The registered error code that was answered; null: the status says it.</summary>
    public string? Error { get; set; }

    /// <summary>The grant type that was asked for at the token endpoint. As the caller wrote it.</summary>
    public string? GrantType { get; set; }

    /// <summary>The statements that were sent to the database for it so far, by the door for writes too.</summary>
    public int Statements => _statements;

    public void AddStatement() => Interlocked.Increment(ref _statements);
}
