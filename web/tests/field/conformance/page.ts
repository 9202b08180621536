// The field app's own storage and protocol in a page without pages: what the conformance kit and `kumkm simulate` drive.

import { parseExactly } from '@kumkm/protocol/canonical.ts';
import type { Item } from '@kumkm/protocol/outbox.ts';
import { enrol, signInAgain } from '../../../field/src/state/account.ts';
import { handshake, here, openDevice } from '../../../field/src/state/device.ts';
import { sync, syncing } from '../../../field/src/state/syncing.ts';

const driven = {
  open: () => openDevice(),
  enrol: (username: string, password: string) =>
    enrol({ username, password, code: null, deviceName: 'Tablet of the kit' }),
  record: async (campaign: string, items: string) => {
    for (const item of parseExactly(items) as Item[]) await here().tablet.record(campaign, item);
  },
  photo: (record_id: string, content: string) =>
    here().tablet.photos.add(
      record_id,
      'place',
      'image/jpeg',
      Uint8Array.from(atob(content), (sign) => sign.charCodeAt(0)),
    ),
  sync: async () => {
    await sync();
    return syncing.get().fault;
  },
  outbox: async () =>
    (await here().tablet.outbox.rows()).map(({ record_id, revision, state }) => ({
      record_id,
      revision,
      state,
    })),
  /** Whether somebody is signed in: the answer to signing in may have been lost. */
  enrolled: async () => {
    const session = await here().tablet.outbox.secret<{ refresh_token: string | null }>('blob', 'session');
    return session?.refresh_token != null;
  },
  signIn: (password: string) => signInAgain(password),
  /** The states of the listing as it is now on the server, by entry. */
  listing: async (campaign: string) => {
    const { tablet } = here();
    const shaken = await handshake();
    if (shaken !== null) await tablet.listing.sync(shaken);
    const doors = await tablet.listing.doors(campaign);
    return Object.fromEntries(doors.map(({ entry }) => [entry.listing_id, entry.state]));
  },
};

declare global {
  interface Window {
    driven: typeof driven;
  }
}
window.driven = driven;
