// What is not stored for want of room, on pages that write when something is pressed.

import { useStore } from '@kumkm/shared/store.ts';
import { useTexts } from '@kumkm/shared/texts/language.ts';
import { seen } from '../storage/seen.ts';
import { StorageFull } from '../storage/store.ts';
import { app } from '../texts/app.ts';
import { Notice } from './parts.tsx';

/** Says that the last thing was not stored, until something is. */
export function NoRoom() {
  const t = useTexts(app);
  return useStore(seen) === 'full' ? <Notice tone="bad">{t.full}</Notice> : null;
}

/** Nothing more happens where there was no room: the page says so by `NoRoom`. */
export async function orNoRoom(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (fault) {
    if (!(fault instanceof StorageFull)) throw fault;
  }
}
