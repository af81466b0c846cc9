using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Trading.Clients;

/// <summary>Puts TLS before a port on loopback, with a certificate made for the day: clients that refuse plain addresses
/// come in here.</summary>
internal sealed class TlsFront : IAsyncDisposable
{
    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource stop = new();
    private readonly X509Certificate2 certificate = Certificate();
    private readonly int port;
    private Task accepting = Task.CompletedTask;

    private TlsFront(int port) => this.port = port;

    public Uri Address => new($"https://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");

    /// <summary>File with the certificate, for who is to trust it.</summary>
    public string CertificatePath { get; } = Path.Combine(Path.GetTempPath(), $"client-day-{Guid.NewGuid():N}.pem");

    public static TlsFront Start(int port)
    {
        var front = new TlsFront(port);
        File.WriteAllText(front.CertificatePath, front.certificate.ExportCertificatePem());
        front.listener.Start();
        front.accepting = front.Accept();
        return front;
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Dispose();
        await accepting;
        certificate.Dispose();
        stop.Dispose();
        File.Delete(CertificatePath);
    }

    private async Task Accept()
    {
        var open = new List<Task>();
        try
        {
            while (true) open.Add(Forward(await listener.AcceptTcpClientAsync(stop.Token)));
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(open);
        }
    }

    /// <summary>Until either side ends.</summary>
    private async Task Forward(TcpClient accepted)
    {
        using var outside = accepted;
        using var inside = new TcpClient();
        try
        {
            outside.NoDelay = inside.NoDelay = true;
            await using var secured = new SslStream(outside.GetStream());
            await secured.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate }, stop.Token);
            await inside.ConnectAsync(IPAddress.Loopback, port, stop.Token);
            await Task.WhenAny(secured.CopyToAsync(inside.GetStream(), stop.Token), inside.GetStream().CopyToAsync(secured, stop.Token));
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or System.Security.Authentication.AuthenticationException)
        {
            // The client, the exchange or the day ended the connection.
        }
    }

    private static X509Certificate2 Certificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=client-day", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        var now = DateTimeOffset.UtcNow;
        using var made = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), password: null);
    }
}
