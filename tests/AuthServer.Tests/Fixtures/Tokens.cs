namespace AuthServer.Tests.Fixtures;

/// <summary>What a client holds after a sign-in, and the browser it happened in.</summary>
public sealed record Tokens(Browser Browser, CodeRequest Request, string Code, Answer Answer)
{
    public string AccessToken => Answer.AccessToken;

    public string RefreshToken => Answer.RefreshToken;

    public string IdToken => Answer.IdToken;
}
