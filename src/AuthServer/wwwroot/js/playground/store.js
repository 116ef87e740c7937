// What the page remembers: in this tab alone, for as long as the tab is open.

const key = 'playground';
const longest = 40;

const empty = () => ({ pending: null, tokens: null, log: [] });

function load() {
  try {
    return { ...empty(), ...JSON.parse(sessionStorage.getItem(key) ?? '{}') };
  } catch {
    return empty();
  }
}

export const state = load();

export function save() {
  sessionStorage.setItem(key, JSON.stringify(state));
}

export function record(entry) {
  state.log = [entry, ...state.log].slice(0, longest);
  save();
}

/** Takes over a token response (RFC 6749 §5.1). A refresh token that was replaced is kept, for the replay. */
export function take(response, expiryOfId) {
  const now = Date.now();
  const before = state.tokens ?? {};
  const sameRefresh = response.refresh_token === undefined || response.refresh_token === before.refresh?.value;
  state.tokens = {
    access: { value: response.access_token, expires: response.expires_in && now + response.expires_in * 1000, alive: null },
    refresh: sameRefresh ? before.refresh ?? null : { value: response.refresh_token, alive: null },
    previous: sameRefresh ? before.previous ?? null : before.refresh && { value: before.refresh.value, replaced: now },
    id: response.id_token ? { value: response.id_token, expires: expiryOfId(response.id_token), alive: null } : before.id ?? null,
    scope: response.scope ?? before.scope,
  };
  save();
}
