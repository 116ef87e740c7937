namespace AuthServer.Account;

/// <summary>A form that sends mail.</summary>
internal interface IAsksForMail
{
    /// <summary>Whom the handler of this name will write to, as it was bound: of a field sent twice, or under another name, that is what counts.</summary>
    public string? RecipientOf(string? handler);
}
