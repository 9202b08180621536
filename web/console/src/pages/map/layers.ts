import type { RegionRow } from '../../data/progress.ts';

export const LAYERS = ['percent', 'entered', 'stale', 'doors', 'returned'] as const;
export type Layer = (typeof LAYERS)[number];

/** A region of the map with its figures. */
export interface Area {
  readonly row: RegionRow;
  /** Days without anything entered; 0 where something came on the last day, null where nothing ever did. */
  readonly stale: number | null;
}

/** The figure that a layer shows; null where there is none. */
export function figureOf(layer: Layer, { row, stale }: Area): number | null {
  if (layer === 'percent') return row.percent;
  if (layer === 'entered') return row.entered;
  if (layer === 'stale') return stale;
  if (layer === 'doors') return row.open_visits;
  return row.submissions === 0 ? null : (row.returned / row.submissions) * 100;
}

const SHARES = [20, 40, 60, 80];
const DAYS = [1, 3, 7, 14];
const QUALITY = [1, 2, 5, 10];
const STEPS = 5;

/** Where one colour ends and the next begins: four bounds, each part of the colour above it. */
export function boundsOf(layer: Layer, values: readonly number[]): readonly number[] {
  if (layer === 'percent') return SHARES;
  if (layer === 'stale') return DAYS;
  if (layer === 'returned') return QUALITY;
  const sorted = values.toSorted((one, other) => one - other);
  const bounds = [1, 2, 3, 4].map((part) => sorted[Math.floor((part * sorted.length) / STEPS)] ?? 0);
  return [...new Set(bounds)].filter((bound) => bound > 0);
}

/** 1 to 5: which colour a figure has. */
export function levelOf(value: number, bounds: readonly number[]): number {
  return 1 + bounds.filter((bound) => value >= bound).length;
}
