// A new version of the app waits beside the running one until somebody takes it.

import { Store } from '@kumkm/shared/store.ts';
import { Workbox } from 'workbox-window';

export const isUpdateReady = new Store(false);

const EVERY_MS = 60 * 60_000;
let workbox: Workbox | null = null;

export function watchUpdates(): void {
  if (!('serviceWorker' in navigator) || import.meta.env.DEV) return;
  const registered = new Workbox('./sw.js', { scope: './' });
  workbox = registered;
  registered.addEventListener('waiting', () => isUpdateReady.set(true));
  void registered.register();
  setInterval(() => navigator.onLine && void registered.update().catch(() => {}), EVERY_MS);
}

/** Take the new version: it takes over, and the page is loaded again by it. */
export function takeUpdate(): void {
  workbox?.addEventListener('controlling', () => location.reload());
  workbox?.messageSkipWaiting();
}
