// Draws the state. Every text goes in as text, never as markup.

import { decode } from './protocol.js';

const instants = new Set(['exp', 'iat', 'nbf', 'auth_time', 'updated_at']);
const byKind = kind => document.querySelector(`.token[data-kind="${kind}"]`);

function make(name, className, text) {
  const element = document.createElement(name);
  if (className) {
    element.className = className;
  }

  if (text !== undefined) {
    element.textContent = text;
  }

  return element;
}

const shorten = (text, most = 72) => (text.length > most ? `${text.slice(0, 36)}…${text.slice(-12)}` : text);

function pretty(value) {
  if (value === null || value === undefined || value === '') {
    return '(empty)';
  }

  if (typeof value === 'string') {
    return value.length > 2000 ? `${value.slice(0, 2000)}…` : value;
  }

  return JSON.stringify(value, (_, v) => (typeof v === 'string' ? shorten(v, 120) : v), 2)
    .replace(/^( *"(\w+)": (\d{9,11}),?)$/gm, (line, all, name, seconds) =>
      (instants.has(name) ? `${all}   // ${new Date(Number(seconds) * 1000).toLocaleString()}` : line));
}

function timeLeft(expires) {
  const seconds = Math.round((expires - Date.now()) / 1000);
  return seconds <= 0 ? 'its time is over'
    : seconds < 120 ? `${seconds} seconds left`
    : seconds < 7200 ? `${Math.floor(seconds / 60)} minutes left`
    : `${Math.floor(seconds / 3600)} hours left`;
}

export function say(text, mood = '') {
  const box = document.getElementById('message');
  box.hidden = text === '';
  box.className = `notice ${mood && `notice-${mood}`}`;
  box.textContent = text;
}

/** The whole of one token: badge, time left, raw, decoded. */
function drawToken(kind, token) {
  const card = byKind(kind);
  const expired = token?.expires <= Date.now();
  const dead = token && (token.alive === false || expired);
  const alive = token && !dead && (token.alive === true || kind === 'id');
  card.classList.toggle('is-dead', Boolean(dead));
  card.classList.toggle('is-alive', Boolean(alive));

  const badge = card.querySelector('.state');
  badge.className = `state ${dead ? 'badge-dead' : alive ? 'badge-alive' : 'badge-plain'}`;
  badge.textContent = !token ? 'none' : dead ? `dead: ${token.reason ?? 'expired'}` : alive ? (kind === 'id' ? 'good' : 'alive') : 'not checked';

  for (const button of card.querySelectorAll('[data-act]')) {
    button.disabled = !token;
  }

  card.querySelector('.time-left')?.toggleAttribute('hidden', Boolean(dead));

  if (card.dataset.shown === (token?.value ?? '')) {
    return;
  }

  card.dataset.shown = token?.value ?? '';
  card.querySelectorAll('.raw, .time-left, details').forEach(old => old.remove());
  if (!token) {
    return;
  }

  if (token.expires) {
    const left = make('span', 'time-left');
    left.dataset.expires = token.expires;
    card.querySelector('header').append(left);
  }

  const raw = make('div', 'raw');
  raw.append(make('code', '', shorten(token.value)), copyButton(token.value, card.querySelector('h3').textContent));
  const jwt = decode(token.value);
  const claims = make('details');
  claims.append(make('summary', '', jwt ? 'What is in it' : 'Nothing to read in it'));
  if (jwt) {
    claims.open = kind === 'access';
    claims.append(make('pre', '', `${pretty(jwt.header)}\n${pretty(jwt.claims)}`));
  } else {
    claims.append(make('p', 'muted', 'It is sealed: only the server can open it.'));
  }

  card.querySelector('.about').after(raw, claims);
}

function copyButton(value, name) {
  const button = make('button', 'btn btn-quiet btn-small', 'Copy');
  button.type = 'button';
  button.setAttribute('aria-label', `Copy the ${name.toLowerCase().replace('id ', 'ID ')}`);
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(value);
    button.textContent = 'Copied';
    setTimeout(() => { button.textContent = 'Copy'; }, 1500);
  });
  return button;
}

export function drawTokens(tokens) {
  for (const kind of ['access', 'refresh', 'id']) {
    drawToken(kind, tokens?.[kind] ?? null);
  }

  byKind('refresh').querySelector('.previous').hidden = !tokens?.previous || tokens.refresh?.alive === false;
  for (const act of ['check', 'forget']) {
    document.querySelector(`[data-act="${act}"]`).disabled = !tokens;
  }

  tick(tokens);
}

/** What changes by itself, every second. */
function tick(tokens) {
  for (const element of document.querySelectorAll('.time-left')) {
    element.textContent = timeLeft(Number(element.dataset.expires));
  }

  if (tokens?.previous) {
    const leeway = Number(document.getElementById('playground').dataset.leeway);
    const left = Math.ceil(leeway - (Date.now() - tokens.previous.replaced) / 1000);
    document.querySelector('.leeway').textContent = left > 0
      ? `For another ${left} seconds it is taken for a retry: the answer is the current token again. After that it is a replay.`
      : 'Its leeway is over. Using it now is a replay: the family dies.';
  }
}

function drawEntry(entry) {
  const item = make('li', entry.check ? 'is-check' : '');
  const details = make('details');
  const summary = make('summary');
  const status = entry.status === 0 ? 'no answer' : entry.status ?? 'browser';
  const mood = entry.status === null ? 'badge-plain' : entry.status >= 200 && entry.status < 300 ? 'badge-alive' : 'badge-dead';
  const url = new URL(entry.url, location.href);
  const path = make('span', 'path', url.pathname);
  const about = entry.request.grant_type ?? entry.request.token_type_hint;
  if (about) {
    path.append(make('span', 'about', ` ${about}`));
  }

  summary.append(
    make('span', 'method', entry.method),
    path,
    make('span', mood, String(status)),
    make('span', 'took', entry.took === null ? '' : `${entry.took} ms`));
  details.append(summary);
  if (Object.keys(entry.request).length > 0) {
    details.append(make('p', 'part', 'Request'), make('pre', '', pretty(entry.request)));
  }

  if (entry.status !== null) {
    details.append(make('p', 'part', 'Answer'), make('pre', '', pretty(entry.response)));
  }

  item.append(details);
  return item;
}

let drawn = [];

/** Adds what is new at the top, the newest act opened; what a reader has opened stays open. */
export function drawLog(log) {
  const list = document.getElementById('log');
  const fresh = log.filter(entry => !drawn.includes(entry));
  if (log.length === 0) {
    list.replaceChildren();
  }

  const items = fresh.map(drawEntry);
  const newest = fresh.findIndex(entry => !entry.check);
  if (newest >= 0) {
    list.querySelector('details[data-newest]')?.removeAttribute('open');
    list.querySelector('details[data-newest]')?.removeAttribute('data-newest');
    Object.assign(items[newest].firstElementChild, { open: true }).dataset.newest = '';
  }

  list.prepend(...items);
  drawn = [...log];
  while (list.children.length > log.length) {
    list.lastElementChild.remove();
  }

  document.getElementById('log-empty').hidden = log.length > 0;
}
