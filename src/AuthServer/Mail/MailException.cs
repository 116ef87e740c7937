namespace AuthServer.Mail;

/// <summary>A mail was not taken; the message says why, and never holds an address.</summary>
public sealed class MailException : Exception
{
    public MailException()
    {
    }

    public MailException(string message)
        : base(message)
    {
    }

    public MailException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Trying again by itself is no use: something has to be changed first.</summary>
    public bool IsPermanent { get; init; }
}
