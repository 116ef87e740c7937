using AuthServer.Grants.Entities;
using AuthServer.Pages;
using AuthServer.Protocol;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace AuthServer.Device;

/// <summary>Says what became of the device. Sealed, so that nobody can be sent here to read what is not so.</summary>
internal sealed class DoneModel(Continuations continuations) : PageModel
{
    public const string Outcome = "outcome";

    /// <summary>Null: there was nothing to decide any more.</summary>
    public DeviceStatus? Status { get; private set; }

    public IActionResult OnGet([FromQuery(Name = Continuations.Parameter)] string? carried)
    {
        if (continuations.Open(carried, ContinuationKind.DeviceDone) is not { } done)
        {
            return new SeeOther("/device");
        }

        Status = Enum.TryParse<DeviceStatus>(done.Parameters[Outcome], out var status) ? status : null;
        return Page();
    }
}
