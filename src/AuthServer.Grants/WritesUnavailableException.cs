namespace AuthServer.Grants;

/// <summary>The write is not known to be done and may be tried again: the caller answers 503 with <c>Retry-After</c>.</summary>
public sealed class WritesUnavailableException : Exception
{
    public WritesUnavailableException()
    {
    }

    public WritesUnavailableException(string message)
        : base(message)
    {
    }

    public WritesUnavailableException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
