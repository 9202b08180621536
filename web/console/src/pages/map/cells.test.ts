import { expect, test } from 'vitest';
import { type Corner, cellsOf, projection } from './cells.ts';

function area(corners: readonly Corner[]): number {
  return Math.abs(
    corners.reduce((sum, [x, y], place) => {
      const [nextX, nextY] = corners[(place + 1) % corners.length] ?? [x, y];
      return sum + (x * nextY - nextX * y) / 2;
    }, 0),
  );
}

test('every corner of a cell is nearest to its own point', () => {
  const points = Array.from({ length: 40 }, (_, place) => ({
    key: String(place),
    at: [(place * 37) % 101, (place * 61) % 89] as const,
  }));
  for (const { key, center, corners } of cellsOf(points, 50)) {
    expect(area(corners)).toBeGreaterThan(0);
    for (const [x, y] of corners) {
      const own = Math.hypot(x - center[0], y - center[1]);
      for (const other of points) {
        if (other.key !== key)
          expect(Math.hypot(x - other.at[0], y - other.at[1])).toBeGreaterThan(own - 1e-6);
      }
    }
  }
});

test('a single point has a circle, and points in one place do not break the drawing', () => {
  expect(cellsOf([{ key: 'a', at: [5, 5] }], 10)[0]?.corners).toHaveLength(32);
  const [one] = cellsOf(
    [
      { key: 'a', at: [5, 5] },
      { key: 'b', at: [5, 5] },
    ],
    10,
  );
  expect(one?.corners.every((corner) => corner.every(Number.isFinite))).toBe(true);
});

test('north is up, east is right, and all lie in the frame', () => {
  const places = [
    { key: 'n', latitude: -4, longitude: 104 },
    { key: 's', latitude: -4.5, longitude: 104.2 },
  ];
  const at = projection(places, { width: 400, height: 300, pad: 20 });
  const [north, south] = places.map(at);
  expect(north?.[1]).toBeLessThan(south?.[1] ?? 0);
  expect(north?.[0]).toBeLessThan(south?.[0] ?? 0);
  expect([north, south].flat().every((value) => value !== undefined && value >= 20 && value <= 380)).toBe(
    true,
  );
});
