namespace AuthServer.BrowserTests.Processes;

/// <summary>How much of each was acknowledged, and how often the answer was 503 instead.</summary>
internal sealed class Acknowledged
{
    public int Rotations;
    public int Revocations;
    public int SignOuts;
    public int Away;

    public override string ToString() => $"{Rotations} rotations, {Revocations} revocations, {SignOuts} sign-outs, {Away} times 503";
}
