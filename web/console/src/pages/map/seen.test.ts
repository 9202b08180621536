import { expect, test } from 'vitest';
import { partOf } from './seen.ts';

test('the part that is asked for holds what is seen, is not much larger, and stays when the map moves a little', () => {
  for (const [x, y, side] of [
    [104.1, -4.2, 0.1],
    [104.1, -4.2, 0.003],
    [95, 5, 40],
    [-179.9, -89, 350],
  ] as const) {
    const [west = 0, south = 0, east = 0, north = 0] = partOf([x, y, x + side, y + side / 2])
      .split(',')
      .map(Number);
    expect(west).toBeLessThanOrEqual(x);
    expect(south).toBeLessThanOrEqual(y);
    expect(east).toBeGreaterThanOrEqual(Math.min(180, x + side) - 1e-6);
    expect(north).toBeGreaterThanOrEqual(Math.min(90, y + side / 2) - 1e-6);
    expect(east - west).toBeLessThan(4 * side);
    expect(west).toBeGreaterThanOrEqual(-180);
  }
  expect(partOf([104.101, -4.199, 104.201, -4.149])).toBe(partOf([104.102, -4.198, 104.202, -4.148]));
});
