using System.Data.Common;

namespace AuthServer.Grants;

/// <summary>Finds what the database said under what EF Core wrapped around it: up to two layers, one of them the execution strategy's.</summary>
internal static class DatabaseFault
{
    public static DbException? Find(Exception fault)
    {
        for (var layer = fault; layer is not null; layer = layer.InnerException)
        {
            if (layer is DbException found)
            {
                return found;
            }
        }

        return null;
    }
}
