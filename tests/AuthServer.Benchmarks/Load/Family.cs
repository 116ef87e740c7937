namespace AuthServer.Benchmarks.Load;

/// <summary>What a client holds of one token family.</summary>
internal sealed class Family(byte[] refreshToken, byte[] accessToken)
{
    /// <summary>The current one.</summary>
    public byte[] RefreshToken { get; set; } = refreshToken;

    /// <summary>The first one.</summary>
    public byte[] AccessToken => accessToken;
}
