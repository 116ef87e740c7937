namespace AuthServer.Grants.Revocation;

/// <summary>Between preview and withdrawal somebody else changed what falls. Thrown inside a unit, which it rolls back: nothing is written.</summary>
public sealed class OvertakenException : Exception
{
    public OvertakenException()
    {
    }

    public OvertakenException(string message)
        : base(message)
    {
    }

    public OvertakenException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
