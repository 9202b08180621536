import type { Box } from './shapes.ts';

/** From this zoom on the API tells records apart. */
export const NEAR = 12;
/** From this zoom on boundaries are drawn as exact as they are. */
export const EXACT = 12;

/** The part of the map that is seen, with room around and in round steps, so that a small move asks nothing. */
export function partOf([west, south, east, north]: Box): string {
  const step = 2 ** Math.ceil(Math.log2(Math.max(east - west, north - south, 1e-6) / 2));
  const down = (value: number) => Math.floor(value / step) * step;
  const up = (value: number) => Math.ceil(value / step) * step;
  const sides = [
    Math.max(-180, down(west)),
    Math.max(-90, down(south)),
    Math.min(180, up(east)),
    Math.min(90, up(north)),
  ];
  return sides.map((side) => Number(side.toFixed(6))).join(',');
}
