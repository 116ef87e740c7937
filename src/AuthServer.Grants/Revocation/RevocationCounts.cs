namespace AuthServer.Grants.Revocation;

/// <summary>How much falls, by kind. A count of <see cref="RevocationReceipt.CountLimit"/> + 1 reads "more than".</summary>
public sealed record RevocationCounts(int Sessions, int Grants, int Families)
{
    public static RevocationCounts None { get; } = new(0, 0, 0);
}
