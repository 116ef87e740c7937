using System.Buffers.Text;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;

namespace AuthServer.Benchmarks.Limits;

/// <summary>
/// What the machine can do: Kestrel with nothing in front of it and nothing beside it, answering a JSON of a token answer's smallest size; alone, with
/// one signature or verification, with one insert, flushed or not. No server that does at least that much for a request can be faster.
/// </summary>
internal sealed class LimitServer : IDisposable
{
    private const int ShownBytes = 64;

    private static readonly byte[] Payload = Encoding.ASCII.GetBytes(new string('x', 400));

    private readonly ThreadLocal<ECDsa> _ecdsa;
    private readonly ThreadLocal<RSA> _rsa;
    private readonly byte[] _signature;
    private readonly Lock _one = new();
    private readonly Insert _insert;
    private readonly FlushedInserts _flushed;

    private LimitServer(string database)
    {
        using var ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var rsa = RSA.Create(2048);
        var (ecdsaKey, rsaKey) = (ecdsa.ExportParameters(includePrivateParameters: true), rsa.ExportParameters(includePrivateParameters: true));
        _signature = ecdsa.SignData(Payload, HashAlgorithmName.SHA256);
        _ecdsa = new(() => ECDsa.Create(ecdsaKey));
        _rsa = new(() => RSA.Create(rsaKey));
        _insert = new Insert(database, "NORMAL");
        _flushed = new FlushedInserts($"{database}-flushed");
    }

    private static ReadOnlySpan<byte> Before => "{\"token_type\":\"Bearer\",\"expires_in\":600,\"scope\":\"openid\",\"answer\":\""u8;

    public static async Task RunAsync(string port, string database)
    {
        using var limits = new LimitServer(database);
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(IPAddress.Loopback, int.Parse(port, CultureInfo.InvariantCulture));
        });
        await using var app = builder.Build();
        app.Run(limits.AnswerAsync);
        await app.RunAsync();
    }

    public void Dispose()
    {
        _ecdsa.Dispose();
        _rsa.Dispose();
        _insert.Dispose();
        _flushed.Dispose();
    }

    private Task AnswerAsync(HttpContext context)
    {
        Span<byte> bytes = stackalloc byte[256];
        switch (context.Request.Path.Value)
        {
            case "/es256":
                _ecdsa.Value!.SignData(Payload, bytes, HashAlgorithmName.SHA256);
                break;
            case "/es256-verify" when !_ecdsa.Value!.VerifyData(Payload, _signature, HashAlgorithmName.SHA256):
                context.Response.StatusCode = StatusCodes.Status500InternalServerError;
                return Task.CompletedTask;
            case "/rs256":
                _rsa.Value!.SignData(Payload, bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
                break;
            case "/insert":
                lock (_one)
                {
                    _insert.Run();
                }

                break;
            case "/insert-flushed":
                return InsertFlushedAsync(context.Response);
        }

        Write(context.Response, bytes[..ShownBytes]);
        return Task.CompletedTask;
    }

    private async Task InsertFlushedAsync(HttpResponse response)
    {
        await _flushed.RunAsync();
        Write(response, new byte[ShownBytes]);
    }

    private static void Write(HttpResponse response, ReadOnlySpan<byte> bytes)
    {
        var writer = response.BodyWriter;
        var body = writer.GetSpan(256);
        Before.CopyTo(body);
        var length = Before.Length + Base64Url.EncodeToUtf8(bytes, body[Before.Length..]);
        "\"}"u8.CopyTo(body[length..]);
        length += 2;
        response.ContentType = "application/json";
        response.ContentLength = length;
        writer.Advance(length);
    }
}
