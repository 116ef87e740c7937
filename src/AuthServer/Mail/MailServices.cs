using Microsoft.Extensions.Options;

namespace AuthServer.Mail;

/// <summary>Mail to people.</summary>
internal static class MailServices
{
    /// <param name="services">Where it is added.</param>
    /// <param name="mailbox">Whether mail is kept to be looked at where no server is configured: in Development.</param>
    public static void AddMail(this IServiceCollection services, bool mailbox = false)
    {
        services.AddOptions<MailOptions>().BindConfiguration(MailOptions.Section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<MailOptions>, KnownSettings<MailOptions>>();
        services.AddSingleton<IValidateOptions<MailOptions>, MailOptionsValidator>();
        services.AddSingleton(new Mailbox(mailbox));
        services.AddSingleton<Mailer>();
        services.AddSingleton<OwedMails>();
    }
}
