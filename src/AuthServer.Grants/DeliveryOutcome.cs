namespace AuthServer.Grants;

/// <summary>What came of one attempt to deliver.</summary>
public abstract record DeliveryOutcome
{
    private DeliveryOutcome()
    {
    }

    /// <summary>The receiver has taken it.</summary>
    public sealed record Acknowledged : DeliveryOutcome;

    /// <summary>It makes no sense to try again by itself. <paramref name="Words"/> say why.</summary>
    public sealed record Failed(string Words) : DeliveryOutcome;

    /// <summary>It may work later. <paramref name="Words"/> say what was in the way.</summary>
    public sealed record Again(string Words) : DeliveryOutcome;
}
