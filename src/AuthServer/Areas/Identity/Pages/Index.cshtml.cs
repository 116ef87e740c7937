using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace AuthServer.Areas.Identity.Pages;

/// <summary>Identity's pages lead to the page <c>/Index</c> of their area where a link lacks something; the start is elsewhere.</summary>
internal sealed class IndexModel : PageModel
{
    public IActionResult OnGet() => LocalRedirect("~/");
}
