using System.Collections.Concurrent;

namespace AuthServer.Benchmarks.Limits;

/// <summary>The row of <see cref="Insert"/>, on the disk before it is answered: whoever waits at the same moment shares a commit and its flush, on a thread of its own.</summary>
internal sealed class FlushedInserts : IDisposable
{
    private readonly BlockingCollection<TaskCompletionSource> _waiting = [];
    private readonly Insert _insert;
    private readonly Thread _thread;

    public FlushedInserts(string database)
    {
        _insert = new Insert(database, "FULL");
        _thread = new Thread(Consume) { IsBackground = true };
        _thread.Start();
    }

    public Task RunAsync()
    {
        var waiting = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting.Add(waiting);
        return waiting.Task;
    }

    public void Dispose()
    {
        _waiting.CompleteAdding();
        _thread.Join();
        _waiting.Dispose();
        _insert.Dispose();
    }

    private void Consume()
    {
        var batch = new List<TaskCompletionSource>();
        foreach (var first in _waiting.GetConsumingEnumerable())
        {
            _insert.Begin();
            var waiting = first;
            do
            {
                _insert.Run();
                batch.Add(waiting);
            }
            while (_waiting.TryTake(out waiting));

            _insert.Commit();
            batch.ForEach(one => one.SetResult());
            batch.Clear();
        }
    }
}
