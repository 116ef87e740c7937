using System.Net;
using AuthServer.BackChannelLogout;
using AuthServer.Grants;
using AuthServer.Grants.Entities;
using AuthServer.Grants.Revocation;
using AuthServer.Tests.Fixtures;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

namespace AuthServer.Tests.Specs;

/// <summary>Telling is durable: it is tried again, by whichever process is there, and no receiver is in another's way.</summary>
public abstract class DeliveryDispatcherFacts(AuthServerFactory server) : SpecFacts(server)
{
    private DeliveryDispatcher Dispatcher => Server.Services.GetRequiredService<DeliveryDispatcher>();

    private Deliveries Deliveries => Server.Services.GetRequiredService<Deliveries>();

    [Theory]
    [InlineData(HttpStatusCode.OK, DeliveryState.Acknowledged)]
    [InlineData(HttpStatusCode.NoContent, DeliveryState.Acknowledged)]
    [InlineData(HttpStatusCode.BadRequest, DeliveryState.Failed)]
    [InlineData(HttpStatusCode.NotFound, DeliveryState.Failed)]
    [InlineData(HttpStatusCode.RequestTimeout, DeliveryState.Pending)]
    [InlineData(HttpStatusCode.TooManyRequests, DeliveryState.Pending)]
    [InlineData(HttpStatusCode.Found, DeliveryState.Pending)]
    [InlineData(HttpStatusCode.InternalServerError, DeliveryState.Pending)]
    [InlineData(HttpStatusCode.ServiceUnavailable, DeliveryState.Pending)]
    public async Task The_answer_decides_what_becomes_of_it(HttpStatusCode status, DeliveryState state)
    {
        var told = await SignedOutAsync();
        told.Receiver.Answer = Receiver.Always(status);

        await Dispatcher.RunOnceAsync(Cancellation);
        await Dispatcher.RunOnceAsync(Cancellation);

        var delivery = await told.DeliveryAsync();
        Assert.Equal((state, 1), (delivery.State, delivery.Attempts));
        Assert.Equal(state == DeliveryState.Acknowledged ? Clock.Now : null, delivery.AcknowledgedAt);
        Assert.Equal(state == DeliveryState.Acknowledged, delivery.LastError is null);
        Assert.Equal(state == DeliveryState.Pending, delivery.NextAttemptAt is not null);
        Assert.Null(delivery.LeasedUntil);
        Assert.Single(told.Tokens);

        told.Receiver.Answer = Receiver.Always(HttpStatusCode.OK);
        Clock.Advance(TimeSpan.FromSeconds(2));
        await Dispatcher.RunOnceAsync(Cancellation);
        Assert.Equal(state == DeliveryState.Pending ? 2 : 1, told.Tokens.Count);
        Assert.Equal(state == DeliveryState.Failed ? state : DeliveryState.Acknowledged, (await told.DeliveryAsync()).State);
    }

    [Fact]
    public async Task What_failed_for_now_is_tried_again_with_growing_pauses_for_a_day()
    {
        var told = await SignedOutAsync();
        told.Receiver.Answer = Receiver.Always(HttpStatusCode.ServiceUnavailable);
        var (owed, pauses) = (Clock.Now, new List<TimeSpan>());

        await Dispatcher.RunOnceAsync(Cancellation);
        while ((await told.DeliveryAsync()).NextAttemptAt is { } next)
        {
            Assert.True(pauses.Count < 200);
            pauses.Add(next - Clock.Now);
            if (pauses.Count < 5)
            {
                Clock.Set(next.AddMilliseconds(-1));
                await Dispatcher.RunOnceAsync(Cancellation);
                Assert.Equal(pauses.Count, told.Tokens.Count); // Not before its time.
            }

            Clock.Set(next);
            await Dispatcher.RunOnceAsync(Cancellation);
        }

        Assert.Equal(DeliveryState.Failed, (await told.DeliveryAsync()).State);
        Assert.Equal(TimeSpan.FromHours(24), Clock.Now - owed);
        Assert.InRange(pauses[0], TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2));
        Assert.InRange(pauses.Max(), TimeSpan.FromMinutes(15), TimeSpan.FromMinutes(30));
        Assert.Equal(told.Tokens.Count, told.Notices.Select(notice => notice.GetProperty("jti").GetString()).Distinct(StringComparer.Ordinal).Count());
        Assert.True(told.Notices[^1].GetProperty("iat").GetInt64() - told.Notices[0].GetProperty("iat").GetInt64() > 86_000);
    }

    [Fact]
    public async Task What_was_given_up_can_be_sent_again_by_hand_and_has_its_day_anew()
    {
        var told = await SignedOutAsync();
        told.Receiver.Answer = Receiver.Always(HttpStatusCode.BadRequest);
        await Dispatcher.RunOnceAsync(Cancellation);
        var failed = await told.DeliveryAsync();
        Clock.Advance(TimeSpan.FromHours(30));

        Assert.True(await Deliveries.SendAgainAsync(failed.Id, Cancellation));
        Assert.False(await Deliveries.SendAgainAsync(failed.Id, Cancellation));
        told.Receiver.Answer = Receiver.Always(HttpStatusCode.BadGateway);
        await Dispatcher.RunOnceAsync(Cancellation);
        Assert.Equal((DeliveryState.Pending, 2), ((await told.DeliveryAsync()).State, (await told.DeliveryAsync()).Attempts));

        told.Receiver.Answer = Receiver.Always(HttpStatusCode.OK);
        Clock.Advance(TimeSpan.FromSeconds(5));
        await Dispatcher.RunOnceAsync(Cancellation);
        Assert.Equal(DeliveryState.Acknowledged, (await told.DeliveryAsync()).State);
        Assert.False(await Deliveries.SendAgainAsync(failed.Id, Cancellation));
    }

    [Fact]
    public async Task Who_does_not_answer_delays_nobody_else()
    {
        var (slow, quick) = (await SignedOutAsync(), await SignedOutAsync());
        var held = slow.Receiver.Hang();

        var sending = Dispatcher.RunOnceAsync(Cancellation);
        await quick.Receiver.ArrivalAsync();
        await EventuallyAsync(quick, DeliveryState.Acknowledged);

        Assert.False(sending.IsCompleted);
        held.SetResult(new HttpResponseMessage(HttpStatusCode.OK));
        await sending;
        Assert.Equal(DeliveryState.Acknowledged, (await slow.DeliveryAsync()).State);
    }

    [Fact]
    public async Task Of_many_dispatchers_at_once_one_sends_each_notice_and_one_at_a_time_to_a_client()
    {
        var told = await SignedOutAsync(times: 6);
        var other = await SignedOutAsync(times: 3);
        var (now, most) = (0, 0);
        told.Receiver.Answer = async cancellationToken =>
        {
            most = Math.Max(most, Interlocked.Increment(ref now));
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, cancellationToken);
            Interlocked.Decrement(ref now);
            return new HttpResponseMessage(HttpStatusCode.OK);
        };
        var dispatchers = Enumerable.Range(0, 4).Select(_ => NewDispatcher()).ToList();

        for (var round = 0; round < 3; round++)
        {
            await Task.WhenAll(dispatchers.Select(dispatcher => Task.Run(() => dispatcher.RunOnceAsync(Cancellation))));
        }

        Assert.Equal((6, 3), (told.Tokens.Count, other.Tokens.Count));
        Assert.Equal(1, most);
        Assert.All(await told.DeliveriesAsync(), delivery => Assert.Equal((DeliveryState.Acknowledged, 1), (delivery.State, delivery.Attempts)));
    }

    [Fact]
    public async Task What_a_process_held_when_it_died_is_sent_by_the_next_one()
    {
        var told = await SignedOutAsync();
        var held = told.Receiver.Hang();
        var dying = Dispatcher.RunOnceAsync(Cancellation);
        await told.Receiver.ArrivalAsync();
        told.Receiver.Answer = Receiver.Always(HttpStatusCode.OK);

        var next = NewDispatcher();
        await next.RunOnceAsync(Cancellation);
        Assert.Single(told.Tokens); // The lease holds.
        Clock.Advance(Deliveries.Lease);
        await next.RunOnceAsync(Cancellation);
        Assert.Equal((DeliveryState.Acknowledged, 2), ((await told.DeliveryAsync()).State, told.Tokens.Count));

        // It was not dead after all: what it has to say comes too late.
        held.SetResult(new HttpResponseMessage(HttpStatusCode.BadRequest));
        await dying;
        Assert.Equal(DeliveryState.Acknowledged, (await told.DeliveryAsync()).State);
    }

    [Fact]
    public async Task A_process_that_stops_gives_back_what_it_holds()
    {
        var told = await SignedOutAsync();
        told.Receiver.Hang();
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var stopped = NewDispatcher().RunOnceAsync(stopping.Token);
        await told.Receiver.ArrivalAsync();
        await stopping.CancelAsync();
        await stopped;
        Assert.Equal((DeliveryState.Pending, null), ((await told.DeliveryAsync()).State, (await told.DeliveryAsync()).LeasedUntil));

        told.Receiver.Answer = Receiver.Always(HttpStatusCode.OK);
        await NewDispatcher().RunOnceAsync(Cancellation);
        Assert.Equal(DeliveryState.Acknowledged, (await told.DeliveryAsync()).State);
    }

    [Fact]
    public async Task A_client_that_is_gone_or_wants_to_hear_nothing_any_more_is_not_called()
    {
        var (gone, silent) = (await SignedOutAsync(), await SignedOutAsync());
        await Server.WithdrawAsync(new RevocationTarget.DeletedClient(gone.Id), RevocationCause.ClientDeleted);
        await Server.Services.GetRequiredService<Writes>().RunAsync(
            (db, token) => db.Clients.Where(c => c.Id == silent.Id).ExecuteUpdateAsync(set => set.SetProperty(c => c.BackchannelLogoutUri, (string?)null), token),
            Cancellation);

        await Dispatcher.RunOnceAsync(Cancellation);

        Assert.Equal((DeliveryState.Failed, "The client is no longer registered."), ((await gone.DeliveryAsync()).State, (await gone.DeliveryAsync()).LastError));
        Assert.Equal(DeliveryState.Failed, (await silent.DeliveryAsync()).State);
        Assert.Empty(gone.Tokens);
        Assert.Empty(silent.Tokens);
    }

    [Fact]
    public async Task What_could_not_be_written_down_is_sent_again_rather_than_lost()
    {
        var told = await SignedOutAsync();
        Server.Watch.BeforeStatement = sql =>
        {
            if (told.Tokens.Count > 0 && sql.StartsWith("UPDATE \"Deliveries\"", StringComparison.Ordinal))
            {
                throw new TimeoutException("The database is away.");
            }
        };
        try
        {
            await Dispatcher.RunOnceAsync(Cancellation);
        }
        finally
        {
            Server.Watch.BeforeStatement = null;
        }

        Assert.Equal(DeliveryState.Pending, (await told.DeliveryAsync()).State);
        Clock.Advance(Deliveries.Lease);
        await Dispatcher.RunOnceAsync(Cancellation);
        Assert.Equal((DeliveryState.Acknowledged, 2), ((await told.DeliveryAsync()).State, told.Tokens.Count));
    }

    [Fact]
    public async Task The_loop_finds_what_is_owed_by_itself_and_stops_in_order()
    {
        using var loop = new DeliveryLoop(NewDispatcher(), TimeProvider.System, NullLogger<DeliveryLoop>.Instance);
        await loop.StartAsync(Cancellation);
        var (first, second) = (await SignedOutAsync(), await SignedOutAsync(times: 3));

        await EventuallyAsync(first, DeliveryState.Acknowledged);
        await EventuallyAsync(second, DeliveryState.Acknowledged);
        var hanging = await SignedOutAsync();
        hanging.Receiver.Hang();
        await hanging.Receiver.ArrivalAsync();
        await loop.StopAsync(Cancellation);

        Assert.True(loop.ExecuteTask!.IsCompletedSuccessfully);
        Assert.Null((await hanging.DeliveryAsync()).LeasedUntil);
        hanging.Receiver.Answer = Receiver.Always(HttpStatusCode.OK); // The next test's dispatcher waits for everybody.
    }

    /// <summary>As another node, or the next process, has one.</summary>
    private DeliveryDispatcher NewDispatcher() => ActivatorUtilities.CreateInstance<DeliveryDispatcher>(Server.Services);

    private async Task<ToldClient> SignedOutAsync(int times = 1)
    {
        var told = await ToldClient.RegisterAsync(Server);
        var person = await Server.NewPersonAsync();
        for (var time = 0; time < times; time++)
        {
            await (await told.Party.SignInAsync(person)).Browser.SignOutAsync();
        }

        return told;
    }

    private static async Task EventuallyAsync(ToldClient told, DeliveryState state)
    {
        for (var look = 0; (await told.DeliveriesAsync()).Any(delivery => delivery.State != state); look++)
        {
            Assert.True(look < 500);
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, Cancellation);
        }
    }
}

public sealed class SqliteDeliveryDispatcher(SqliteServer server) : DeliveryDispatcherFacts(server), IClassFixture<SqliteServer>;

public sealed class PostgreSqlDeliveryDispatcher(PostgreSqlServer server) : DeliveryDispatcherFacts(server), IClassFixture<PostgreSqlServer>;
