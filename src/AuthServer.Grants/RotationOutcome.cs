using AuthServer.Grants.Revocation;

namespace AuthServer.Grants;

/// <summary>What came of redeeming a code or rotating a refresh token.</summary>
public abstract record RotationOutcome
{
    private RotationOutcome()
    {
    }

    /// <summary>The family as it is now: answer with its current refresh token.</summary>
    public sealed record Current(FamilyState State) : RotationOutcome;

    /// <summary>It was used before. The family is withdrawn, by this call or by one before it.</summary>
    public sealed record Replayed(RevocationReceipt Receipt) : RotationOutcome;

    /// <summary>It is not alive.</summary>
    public sealed record Dead(DeathReason Reason) : RotationOutcome;

    /// <summary>The token knows more than the database: the database went back in time. Nothing was withdrawn.</summary>
    public sealed record Ahead : RotationOutcome;
}
