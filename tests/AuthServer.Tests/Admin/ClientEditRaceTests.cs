using System.Net;
using AuthServer.Grants;
using AuthServer.Grants.Revocation;
using AuthServer.Tests.Cascade;
using AuthServer.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace AuthServer.Tests.Admin;

/// <summary>A client's form that is saved while somebody else writes the same client: on PostgreSQL, where units run beside one another.</summary>
public sealed class ClientEditRaceTests(PostgreSqlServer server) : TriggerFacts(server), IClassFixture<PostgreSqlServer>
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task A_form_saved_beside_a_withdrawal_of_a_scope_does_not_bring_it_back()
    {
        var (admin, machine) = (await OperatorAsync(), Server.Client("machine"));
        var id = await ClientIdOfAsync(machine);
        var form = (await admin.GetAsync($"/admin/clients/edit/{id}")).MainForm()!;
        (await machine.ClientCredentialsAsync("orders.write")).ShouldBeOk();

        var saved = await SaveBesideAsync(
            (db, token) => Cascade.RevokeAsync(db, new RevocationTarget.ClientScope(id, "orders.write"), RevocationCause.ScopeRemoved, Targets.Server, token),
            () => admin.SubmitAsync(form, ("client_name", "Renamed")));

        Assert.Contains("Somebody changed this client", saved.Body, StringComparison.Ordinal);
        (await machine.ClientCredentialsAsync("orders.write")).ShouldBe(HttpStatusCode.BadRequest, "invalid_scope");
        (await machine.ClientCredentialsAsync("orders.read")).ShouldBeOk();
    }

    [Fact]
    public async Task Of_two_forms_saved_at_once_one_is_told_that_it_came_late()
    {
        var (admin, id) = (await OperatorAsync(), await ClientIdOfAsync(Server.Client("machine")));
        var form = (await admin.GetAsync($"/admin/clients/edit/{id}")).MainForm()!;

        var saved = await SaveBesideAsync(
            (db, token) => db.Clients.Where(c => c.Id == id).ExecuteUpdateAsync(set => set.SetProperty(c => c.ClientName, "First"), token),
            () => admin.SubmitAsync(form, ("client_name", "Second")));

        Assert.Contains("Somebody changed this client", saved.Body, StringComparison.Ordinal);
        Assert.Equal("First", await Server.ReadAsync(db => db.Clients.Where(c => c.Id == id).Select(c => c.ClientName).SingleAsync(Cancellation)));
    }

    private RevocationCascade Cascade => Server.Services.GetRequiredService<RevocationCascade>();

    /// <summary>Commits <paramref name="write"/> when <paramref name="save"/> waits for it.</summary>
    private async Task<Page> SaveBesideAsync(Func<AuthServerDbContext, CancellationToken, Task> write, Func<Task<Page>> save)
    {
        var written = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var released = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var unit = Server.Services.GetRequiredService<Writes>().RunAsync(
            async (db, token) =>
            {
                await write(db, token);
                written.SetResult();
                await released.Task;
            },
            Cancellation);
        await written.Task.WaitAsync(Longest, Cancellation);

        var saved = Task.Run(save, Cancellation);
        var first = await Task.WhenAny(saved, SomebodyWaitsForAClientAsync());
        released.SetResult();
        await unit;
        Assert.False(first == saved, "The form was saved while another write of the client was open.");
        return await saved;
    }

    /// <summary>Returns when a connection to this database waits for another's lock on a client.</summary>
    private async Task SomebodyWaitsForAClientAsync()
    {
        await using var connection = new NpgsqlConnection(await Server.ReadAsync(db => Task.FromResult(db.Database.GetConnectionString())));
        await connection.OpenAsync(Cancellation);
        await using var command = connection.CreateCommand();
        command.CommandText = """
            SELECT count(*) FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid() AND query LIKE '%"Clients"%' AND cardinality(pg_blocking_pids(pid)) > 0
            """;
        using var patience = new CancellationTokenSource(Longest, TimeProvider.System);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (await command.ExecuteScalarAsync(Cancellation) is not > 0L)
        {
            await timer.WaitForNextTickAsync(patience.Token);
        }
    }
}
