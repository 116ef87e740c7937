// Gives a password field a button that shows what was typed. Without script the field is as good as it was.
for (const box of document.querySelectorAll('.password')) {
  const input = box.querySelector('input');
  const button = document.createElement('button');
  button.type = 'button';
  button.textContent = 'Show';
  button.setAttribute('aria-pressed', 'false');
  button.setAttribute('aria-label', 'Show password');
  button.setAttribute('aria-controls', input.id);
  button.addEventListener('click', () => {
    const shown = input.type === 'password';
    input.type = shown ? 'text' : 'password';
    button.textContent = shown ? 'Hide' : 'Show';
    button.setAttribute('aria-pressed', String(shown));
  });
  input.form?.addEventListener('submit', () => { input.type = 'password'; });
  box.classList.add('with-button');
  box.append(button);
}
