import { Store } from '../store.ts';

/** Whether the server answers, as the last request found it. */
export interface Connection {
  readonly state: 'online' | 'lost';
  /** Of this machine's clock: when the server last answered, or 0. */
  readonly heardAt: number;
}

export const connection = new Store<Connection>({ state: 'online', heardAt: 0 });

export function heard(): void {
  const now = Date.now();
  const { state, heardAt } = connection.get();
  // Once a second is enough for a label that counts seconds.
  if (state === 'lost' || now - heardAt >= 1000) connection.set({ state: 'online', heardAt: now });
}

export function unheard(): void {
  connection.set({ state: 'lost', heardAt: connection.get().heardAt });
}

window.addEventListener('offline', unheard);
