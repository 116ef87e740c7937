using AuthServer.Grants;

namespace AuthServer.Tests.Storage;

/// <summary>A unit that stays inside the door until it is let go, so that others wait behind it. On PostgreSQL nobody does.</summary>
internal sealed class HeldDoor
{
    private readonly TaskCompletionSource _entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _unit = Task.CompletedTask;

    public static async Task<HeldDoor> HoldAsync(Writes writes)
    {
        var door = new HeldDoor();
        door._unit = writes.RunAsync(
            async (_, _) =>
            {
                door._entered.SetResult();
                await door._released.Task;
            },
            CancellationToken.None);
        await door._entered.Task;
        return door;
    }

    public Task ReleaseAsync()
    {
        _released.SetResult();
        return _unit;
    }
}
