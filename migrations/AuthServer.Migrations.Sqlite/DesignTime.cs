using AuthServer.Grants;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace AuthServer.Migrations.Sqlite;

/// <summary>Lets <c>dotnet ef</c> build the model without the host.</summary>
public sealed class DesignTime : IDesignTimeDbContextFactory<AuthServerDbContext>
{
    public AuthServerDbContext CreateDbContext(string[] args) => new(new DbContextOptionsBuilder<AuthServerDbContext>()
        .UseSqlite("Data Source=:memory:", provider => provider.MigrationsAssembly(typeof(DesignTime).Assembly.GetName().Name))
        .Options);
}
