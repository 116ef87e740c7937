namespace AuthServer.Grants.Revocation;

/// <summary>What came of executing a preview.</summary>
public abstract record PreviewedRevocation
{
    private PreviewedRevocation()
    {
    }

    /// <summary>It was withdrawn as previewed.</summary>
    public sealed record Done(RevocationReceipt Receipt) : PreviewedRevocation;

    /// <summary>It has become something else since. Nothing was withdrawn; this is what would fall now.</summary>
    public sealed record Stale(RevocationPreview Preview) : PreviewedRevocation;
}
