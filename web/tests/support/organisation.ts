import type { Server } from 'node:http';
import Provider, { type Configuration } from 'oidc-provider';
import { CLIENT, DEMO, ISSUER } from './settings.ts';

/** Who is known at the organisation, by the name that is typed there. */
const CONFIGURATION: Configuration = {
  clients: [
    {
      client_id: CLIENT.id,
      client_secret: CLIENT.secret,
      redirect_uris: [`${DEMO}/v1/auth/oidc/callback`],
      response_types: ['code'],
      grant_types: ['authorization_code'],
    },
  ],
  claims: { openid: ['sub'], profile: ['preferred_username', 'name'] },
  findAccount: (_, id) => ({
    accountId: id,
    claims: () => ({ sub: `pegawai-${id}`, preferred_username: id, name: 'Pegawai Dinas' }),
  }),
  cookies: { keys: ['only for tests'] },
  features: { devInteractions: { enabled: true } },
};

/** A provider as organisations run them, on the address that the demo knows, until it is closed. */
export async function organisation(): Promise<Server> {
  const provider = new Provider(ISSUER, CONFIGURATION);
  return await new Promise((resolve, reject) => {
    const server = provider.listen(Number(new URL(ISSUER).port), '127.0.0.1', () => resolve(server));
    server.on('error', reject);
  });
}
