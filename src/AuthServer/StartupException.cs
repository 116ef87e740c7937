namespace AuthServer;

/// <summary>The server cannot start; the message says what to mend, and is all that is printed.</summary>
public sealed class StartupException : Exception
{
    public StartupException()
    {
    }

    public StartupException(string message)
        : base(message)
    {
    }

    public StartupException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
