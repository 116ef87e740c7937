namespace AuthServer.Mail;

/// <summary>A mail that was not sent, but would have been.</summary>
internal sealed record KeptMail(DateTime At, string To, string Subject, string Text);
