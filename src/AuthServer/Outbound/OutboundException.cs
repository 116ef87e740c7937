namespace AuthServer.Outbound;

/// <summary>A call got no answer; the message says why in a few words, without addresses of people or anything secret.</summary>
public sealed class OutboundException : Exception
{
    public OutboundException()
    {
    }

    public OutboundException(string message)
        : base(message)
    {
    }

    public OutboundException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
