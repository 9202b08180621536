// What a page shows of the tables: read at first, and again after anything was written.

import { useStore } from '@kumkm/shared/store.ts';
import { useEffect, useRef, useState } from 'react';
import { edition } from './device.ts';

const AGAIN_MS = 1_000;

/**
 * Reads until it can be read: a browser that was killed, or whose disk is nearly full, may refuse now what it gives a
 * moment later. What is returned ends the asking; an answer that is on its way still comes.
 */
export function untilRead<T>(read: () => Promise<T>, found: (value: T) => void): () => void {
  let isOver = false;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const ask = (): void => {
    read().then(found, () => {
      if (!isOver) timer = setTimeout(ask, AGAIN_MS);
    });
  };
  ask();
  return () => {
    isOver = true;
    clearTimeout(timer);
  };
}

/** The last answer of `read`, null before the first. It is asked again with each write, and when `key` is another one. */
export function useStored<T>(read: () => Promise<T>, key = ''): T | null {
  const written = useStore(edition);
  const [found, set] = useState<{ key: string; value: T } | null>(null);
  // An answer is shown if none of a later question was: while much is written, what is shown goes along.
  const turns = useRef({ asked: 0, shown: 0 }).current;
  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` says what `read` reads
  useEffect(() => {
    turns.asked += 1;
    const turn = turns.asked;
    return untilRead(read, (value) => {
      if (turn < turns.shown) return;
      turns.shown = turn;
      set({ key, value });
    });
  }, [written, key]);
  return found !== null && found.key === key ? found.value : null;
}
