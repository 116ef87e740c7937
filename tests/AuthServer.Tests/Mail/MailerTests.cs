using System.Net;
using System.Net.Sockets;
using AuthServer.Mail;
using AuthServer.Tests.Fixtures;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace AuthServer.Tests.Mail;

/// <summary>A mail is handed to a server, or it is said why not, without an address.</summary>
public sealed class MailerTests
{
    private const string Address = "alice@example.com";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_mail_is_handed_over()
    {
        await using var server = new SmtpReceiver("250 taken");

        await Mailer(server.Port).SendAsync(Address, "A subject", "A text.\nOf two lines.", Cancellation);

        var dialogue = await server.DialogueAsync();
        Assert.Contains("MAIL FROM:<auth@example.com>", dialogue, StringComparison.OrdinalIgnoreCase);
        Assert.Contains($"RCPT TO:<{Address}>", dialogue, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("Subject: A subject", dialogue, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("550 no such mailbox alice@example.com", true, "The mail server answered 550.")]
    [InlineData("451 later", false, "The mail server answered 451.")]
    public async Task A_refusal_is_said_without_the_address(string answer, bool permanent, string words)
    {
        await using var server = new SmtpReceiver(answer);

        var fault = await Assert.ThrowsAsync<MailException>(() => Mailer(server.Port).SendAsync(Address, "A subject", "A text.", Cancellation));

        Assert.Equal((words, permanent), (fault.Message, fault.IsPermanent));
    }

    [Fact]
    public async Task No_server_there_may_be_tried_again() =>
        Assert.False((await Assert.ThrowsAsync<MailException>(() => Mailer(port: 1).SendAsync(Address, "A subject", "A text.", Cancellation))).IsPermanent);

    [Fact]
    public async Task Without_a_mail_server_a_mail_is_refused_until_there_is_one()
    {
        var mailer = Provider([]).GetRequiredService<Mailer>();

        var fault = await Assert.ThrowsAsync<MailException>(() => mailer.SendAsync(Address, "A subject", "A text.", Cancellation));

        Assert.Equal(("Mail:Host is not configured.", true), (fault.Message, fault.IsPermanent));
    }

    [Fact]
    public void A_host_needs_a_sender()
    {
        var wrong = Assert.Throws<OptionsValidationException>(() => Provider(new() { ["Mail:Host"] = "mail.example" }).GetRequiredService<IOptions<MailOptions>>().Value);

        Assert.Contains("Mail:From is required with Mail:Host.", wrong.Message, StringComparison.Ordinal);
    }

    private static Mailer Mailer(int port) => Provider(new()
    {
        ["Mail:Host"] = "127.0.0.1",
        ["Mail:Port"] = port.ToString(System.Globalization.CultureInfo.InvariantCulture),
        ["Mail:From"] = "auth@example.com",
        ["Mail:StartTls"] = "false",
    }).GetRequiredService<Mailer>();

    private static ServiceProvider Provider(Dictionary<string, string?> settings)
    {
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(settings).Build());
        services.AddSingleton<TimeProvider>(new MovableClock());
        services.AddMail();
        return services.BuildServiceProvider();
    }

    /// <summary>A mail server for one mail, which answers every recipient alike.</summary>
    private sealed class SmtpReceiver : IAsyncDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
        private readonly Task<string> _dialogue;

        public SmtpReceiver(string toRecipient)
        {
            _listener.Start();
            _dialogue = ServeAsync(toRecipient);
        }

        public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

        public Task<string> DialogueAsync() => _dialogue.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);

        public ValueTask DisposeAsync()
        {
            _listener.Dispose();
            return ValueTask.CompletedTask;
        }

        private async Task<string> ServeAsync(string toRecipient)
        {
            using var connection = await _listener.AcceptTcpClientAsync();
            using var reader = new StreamReader(connection.GetStream());
            await using var writer = new StreamWriter(connection.GetStream()) { NewLine = "\r\n", AutoFlush = true };
            await writer.WriteLineAsync("220 here");
            var (heard, inData) = (new List<string>(), false);
            while (await reader.ReadLineAsync() is { } line)
            {
                heard.Add(line);
                var answer = inData
                    ? line == "." ? "250 taken" : null
                    : line.Split(' ', ':')[0].ToUpperInvariant() switch
                    {
                        "RCPT" => toRecipient,
                        "DATA" => "354 go on",
                        "QUIT" => "221 bye",
                        _ => "250 ok",
                    };
                inData = answer?.StartsWith("354", StringComparison.Ordinal) ?? inData;
                if (answer is not null)
                {
                    await writer.WriteLineAsync(answer);
                }

                if (answer?.StartsWith("221", StringComparison.Ordinal) is true)
                {
                    break;
                }
            }

            return string.Join('\n', heard);
        }
    }
}
