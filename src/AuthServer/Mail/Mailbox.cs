namespace AuthServer.Mail;

/// <summary>
/// In Development, where no mail server is configured: what would have been sent, in this process, the newest first. Anywhere else it keeps nothing.
/// </summary>
internal sealed class Mailbox(bool open)
{
    private const int MaxMails = 100;

    private readonly Lock _gate = new();
    private readonly LinkedList<KeptMail> _mails = [];

    /// <summary>Whether it keeps mail.</summary>
    public bool IsOpen => open;

    public IReadOnlyList<KeptMail> Mails
    {
        get
        {
            lock (_gate)
            {
                return [.. _mails];
            }
        }
    }

    public void Keep(KeptMail mail)
    {
        lock (_gate)
        {
            _mails.AddFirst(mail);
            if (_mails.Count > MaxMails)
            {
                _mails.RemoveLast();
            }
        }
    }
}
