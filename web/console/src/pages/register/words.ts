import { sessionState } from '@kumkm/shared/session/session.ts';
import { Store } from '@kumkm/shared/store.ts';

/** What is searched for: in memory, so that the list is as it was when somebody comes back from a business. */
export const words = new Store('');

sessionState.subscribe(() => {
  if (sessionState.get() === 'signed_out') words.set('');
});
