using Microsoft.AspNetCore.Http.Features;

namespace AuthServer.Protocol;

/// <summary>What is counted of one request, what came of it, and its name. A feature of the request, and a property of its activity.</summary>
internal sealed class MeasuredRequest(TimeProvider time) : IHttpRequestIdentifierFeature
{
    private string? _id;
    private int _statements;

    /// <summary>Made here where somebody asks for it. In the order of time: the ledger's index of these grows at its end, and not all over.</summary>
    public string TraceIdentifier
    {
        get => _id ??= Guid.CreateVersion7(time.GetUtcNow()).ToString("N");
        set => _id = value;
    }

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
