using Microsoft.EntityFrameworkCore;

namespace AuthServer.Admin;

/// <summary>
/// Walks along ids, a stretch at a time, and picks what fits. However many rows there are and however few of them fit, a page costs no more than its
/// stretches.
/// </summary>
/// <param name="keys">Among which it looks.</param>
/// <param name="rows">What fits.</param>
/// <param name="narrow">What is left of a stretch of them.</param>
/// <param name="oldestFirst">From the lowest id on; else from the highest.</param>
internal sealed class AccessWalk(IQueryable<Guid> keys, IQueryable<AccessRow> rows, AccessWalk.Narrowing narrow, bool oldestFirst)
{
    /// <summary>Takes from a stretch what does not fit for a reason that another table knows. The bounds are within the stretch; null: there is none.</summary>
    public delegate Task<IQueryable<AccessRow>> Narrowing(IQueryable<AccessRow> stretch, Guid? low, Guid? high, CancellationToken cancellationToken);

    /// <summary>How many ids are looked at in one statement.</summary>
    public const int Stretch = 2_000;

    /// <summary>A page of what fits, after <paramref name="from"/>.</summary>
    public async Task<AccessPage> PageAsync(Guid? from, int size, int stretches, CancellationToken cancellationToken)
    {
        var found = new List<AccessRow>();
        for (var stretch = 0; stretch < stretches; stretch++)
        {
            var to = await EndAsync(from, cancellationToken);
            var (low, high) = oldestFirst ? (from, to) : (to, from);
            var fitting = await narrow(Between(from, to), low, high, cancellationToken);
            found.AddRange(await (oldestFirst ? fitting.OrderBy(row => row.Id) : fitting.OrderByDescending(row => row.Id)).Take(size + 1 - found.Count).ToListAsync(cancellationToken));
            if (found.Count > size)
            {
                return new AccessPage(found[..size], new Cursor(found[size - 1].Since, found[size - 1].Id), WasCutShort: false);
            }

            if (to is null)
            {
                return new AccessPage(found, Next: null, WasCutShort: false);
            }

            from = to;
        }

        return new AccessPage(found, new Cursor(DateTime.MinValue, from!.Value), WasCutShort: true);
    }

    /// <summary>The last id of the stretch; null: less is left than one.</summary>
    private Task<Guid?> EndAsync(Guid? from, CancellationToken cancellationToken)
    {
        var left = from is not { } id ? keys : oldestFirst ? keys.Where(key => key > id) : keys.Where(key => key < id);
        var ordered = oldestFirst ? left.OrderBy(key => key) : left.OrderByDescending(key => key);
        return ordered.Skip(Stretch - 1).Select(key => (Guid?)key).FirstOrDefaultAsync(cancellationToken);
    }

    private IQueryable<AccessRow> Between(Guid? from, Guid? to)
    {
        var between = rows;
        if (from is { } after)
        {
            between = oldestFirst ? between.Where(row => row.Id > after) : between.Where(row => row.Id < after);
        }

        if (to is { } end)
        {
            between = oldestFirst ? between.Where(row => row.Id <= end) : between.Where(row => row.Id >= end);
        }

        return between;
    }
}
