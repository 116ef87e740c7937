// The protocol as a public client speaks it: no view, no storage.

/** A random value for `state`, `nonce` and `code_verifier`: 256 bits (RFC 7636 §4.1). */
export const random = () => base64url(crypto.getRandomValues(new Uint8Array(32)));

/** The S256 `code_challenge` of a verifier (RFC 7636 §4.2). */
export async function challengeOf(verifier) {
  return base64url(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier))));
}

function base64url(bytes) {
  return btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/** Header and claims of a JWT; null for an opaque token. Nothing is verified: this is for looking at. */
export function decode(token) {
  const parts = token.split('.');
  if (parts.length !== 3) {
    return null;
  }

  try {
    const [header, claims] = parts.slice(0, 2).map(part =>
      JSON.parse(new TextDecoder().decode(Uint8Array.from(atob(part.replaceAll('-', '+').replaceAll('_', '/')), c => c.charCodeAt(0)))));
    return { header, claims };
  } catch {
    return null;
  }
}

/**
 * Sends one request and tells `record` about it. A refusal is an answer, not an exception; status 0 means that there was no answer.
 * @param {{ method?: string, url: string, form?: object, bearer?: string, check?: boolean }} request
 */
export async function send({ method = 'POST', url, form, bearer, check = false }, record) {
  const headers = { Accept: 'application/json' };
  if (bearer) {
    headers.Authorization = `Bearer ${bearer}`;
  }

  const begun = performance.now();
  const answer = { status: 0, ok: false, body: null };
  try {
    const response = await fetch(url, {
      method,
      headers,
      body: form && new URLSearchParams(form),
      cache: 'no-store',
      credentials: 'omit',
      redirect: 'error',
    });
    answer.status = response.status;
    answer.ok = response.ok;
    answer.challenge = response.headers.get('WWW-Authenticate');
    const text = await response.text();
    answer.body = parse(text);
  } catch (error) {
    answer.body = { error: 'no_answer', error_description: error.message };
  }

  record({
    at: Date.now(),
    method,
    url,
    status: answer.status,
    took: Math.round(performance.now() - begun),
    request: { ...(bearer && { Authorization: `Bearer ${bearer}` }), ...form },
    response: answer.challenge ? { 'WWW-Authenticate': answer.challenge, ...(answer.body || {}) } : answer.body,
    check,
  });
  return answer;
}

function parse(text) {
  if (text === '') {
    return null;
  }

  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** What a refusal says, in one line (RFC 6749 §5.2; RFC 6750 §3 keeps it in a header). */
export function refusal(answer) {
  const { error, error_description: description } = typeof answer.body === 'object' && answer.body !== null ? answer.body : {};
  const fromHeader = /error="([^"]*)"/.exec(answer.challenge ?? '')?.[1];
  const word = error ?? fromHeader ?? (answer.status === 0 ? 'no answer' : 'refused');
  return `${word}${description ? `: ${description}` : ''}${answer.status ? ` (HTTP ${answer.status})` : ''}`;
}
