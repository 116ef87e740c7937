// Sends the form of an answer by form_post (OAuth 2.0 Form Post Response Mode); without script the person presses the button.
document.querySelector("form[data-submit-now]")?.submit();
