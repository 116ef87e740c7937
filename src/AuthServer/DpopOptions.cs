namespace AuthServer;

/// <summary>The section <c>AuthServer:Dpop</c> (RFC 9449).</summary>
public sealed class DpopOptions
{
    /// <summary>
    /// A proof must carry a nonce that this server gave out (RFC 9449 §8): none can be made in advance, and clients' clocks need not be right. A client
    /// without a nonce, or with an old one, is told so and sent one. Default: true. False: a proof counts by its <c>iat</c> alone, a minute either way.
    /// </summary>
    public bool RequireNonce { get; set; } = true;
}
