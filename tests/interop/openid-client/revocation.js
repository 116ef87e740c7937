// RFC 7009 and RFC 7662: what is revoked is dead at once, whatever hung from it.
import * as client from 'openid-client';
import assert from 'node:assert/strict';
import { discover, settings, signIn } from './relying-party.js';

const config = await discover();
const { tokens } = await signIn(config);
const { sub } = tokens.claims();
for (const token of [tokens.access_token, tokens.refresh_token]) {
  const told = await client.tokenIntrospection(config, token);
  assert.deepEqual([told.active, told.client_id, told.sub], [true, settings.client_id, sub]);
}

await client.tokenRevocation(config, tokens.refresh_token, { token_type_hint: 'refresh_token' });

for (const token of [tokens.access_token, tokens.refresh_token]) {
  assert.deepEqual(await client.tokenIntrospection(config, token), { active: false });
}

await assert.rejects(client.refreshTokenGrant(config, tokens.refresh_token), { error: 'invalid_grant' });
await assert.rejects(client.fetchUserInfo(config, tokens.access_token, sub), { status: 401 });
await client.tokenRevocation(config, tokens.refresh_token);
await client.tokenRevocation(config, 'nobody made this');
