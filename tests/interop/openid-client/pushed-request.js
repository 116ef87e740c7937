// RFC 9126: nothing but a reference passes through the browser.
import assert from 'node:assert/strict';
import { discover, settings, signIn } from './relying-party.js';

const { url, tokens } = await signIn(await discover(), {}, { pushed: true });
assert.deepEqual([...url.searchParams.keys()].sort(), ['client_id', 'request_uri']);
assert.equal(tokens.claims().aud, settings.client_id);
