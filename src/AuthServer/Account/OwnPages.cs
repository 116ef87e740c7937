using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.ApplicationModels;
using Microsoft.AspNetCore.Mvc.Filters;

namespace AuthServer.Account;

/// <summary>Of Identity's pages, those that we made ours are there. The rest of Identity UI's is switched off: nothing is found there.</summary>
internal static class OwnPages
{
    public static void Apply(PageApplicationModel page)
    {
        if (page.ModelType?.Assembly != typeof(OwnPages).Assembly)
        {
            page.Filters.Add(new SwitchedOff());
        }
    }

    private sealed class SwitchedOff : IResourceFilter
    {
        public void OnResourceExecuting(ResourceExecutingContext context) => context.Result = new NotFoundResult();

        public void OnResourceExecuted(ResourceExecutedContext context)
        {
        }
    }
}
