// Where somebody is, behind the `#` of the address: the page itself is one file, also without a signal. No name and no
// number of a person stands there.

import { Store } from '@kumkm/shared/store.ts';

export type Route =
  | { page: 'work' | 'outbox' | 'figures' | 'settings' | 'new' }
  | { page: 'door' | 'form' | 'record' | 'reinterview'; id: string };

const PATHS = { tugas: 'work', kiriman: 'outbox', angka: 'figures', atur: 'settings', baru: 'new' } as const;
const WITH_ID = { pintu: 'door', isian: 'form', catatan: 'record', ulang: 'reinterview' } as const;

export function parse(hash: string): Route {
  const [path = '', id = ''] = hash.replace(/^#\/?/, '').split('/');
  if (Object.hasOwn(WITH_ID, path) && id !== '')
    return { page: WITH_ID[path as keyof typeof WITH_ID], id: decodeURIComponent(id) };
  return { page: Object.hasOwn(PATHS, path) ? PATHS[path as keyof typeof PATHS] : 'work' };
}

export const route = new Store<Route>(
  typeof location === 'undefined' ? { page: 'work' } : parse(location.hash),
);

export function watchRoute(): void {
  addEventListener('hashchange', () => {
    route.set(parse(location.hash));
    scrollTo(0, 0);
  });
}

/** Go to an address, such as `#/tugas`; `replace`: the back of the browser does not lead here. */
export function go(address: string, replace = false): void {
  if (!replace) location.hash = address;
  else {
    history.replaceState(null, '', address);
    route.set(parse(address));
    scrollTo(0, 0);
  }
}
