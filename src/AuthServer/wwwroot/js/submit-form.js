// Sends the page's only form at once (OAuth 2.0 Form Post Response Mode). The page has a button for browsers without script.
document.forms[0].submit();
