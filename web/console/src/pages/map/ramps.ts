import type { Layer } from './layers.ts';

/** More is good, or more is a worry: told apart by the colour. */
export const RAMPS: Readonly<Record<Layer, '--k-accent' | '--k-still-fill'>> = {
  percent: '--k-accent',
  entered: '--k-accent',
  stale: '--k-still-fill',
  doors: '--k-still-fill',
  returned: '--k-still-fill',
};
