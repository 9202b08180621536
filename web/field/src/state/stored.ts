// What a page shows of the tables: read at first, and again after anything was written.

import { useStore } from '@kumkm/shared/store.ts';
import { useEffect, useState } from 'react';
import { edition } from './device.ts';

/** The last answer of `read`, null before the first. It is asked again with each write, and when `key` is another one. */
export function useStored<T>(read: () => Promise<T>, key = ''): T | null {
  const written = useStore(edition);
  const [found, set] = useState<{ key: string; value: T } | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` says what `read` reads
  useEffect(() => {
    let current = true;
    void read().then(
      (value) => current && set({ key, value }),
      () => {}, // the key left with the sign-out, or the tables are closed: the app shows that by itself
    );
    return () => {
      current = false;
    };
  }, [written, key]);
  return found !== null && found.key === key ? found.value : null;
}
