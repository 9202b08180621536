import { expect, test } from 'vitest';
import { boxOf, partsOf, polygonsOf, shapesOf, wholeOf } from './shapes.ts';

const point = (code: string, longitude: number, latitude: number) => ({
  latitude,
  longitude,
  count: 3,
  region: { code, name: `Desa ${code}`, level: 'village' as const },
  business_id: null,
  record_id: null,
  review_state: null,
});
const square = (x: number, y: number) => [
  [
    [x, y],
    [x + 1, y],
    [x + 1, y + 1],
    [x, y + 1],
    [x, y],
  ],
];
const feature = (code: string, coordinates: unknown[] | null) => ({
  type: 'Feature' as const,
  id: code,
  properties: { code, name: `Desa ${code}`, level: 'village' as const },
  geometry: coordinates === null ? null : { type: 'Polygon' as const, coordinates },
});

test('a boundary is drawn where one is loaded, a cell where only points are known, once each', () => {
  const shapes = shapesOf(
    [
      feature('16.01.01.1001', square(104, -4)),
      feature('16.01.01.1002', null),
      feature('16.01.01.1003', null),
    ],
    [point('16.01.01.1001', 104.5, -3.5), point('16.01.01.1002', 106, -4)],
  );
  expect(shapes.map(({ code, loaded }) => [code, loaded])).toEqual([
    ['16.01.01.1002', false],
    ['16.01.01.1001', true],
  ]);
  expect(shapes[1]?.middle[0]).toBeCloseTo(104.5);
  expect(shapes[1]?.middle[1]).toBeCloseTo(-3.5);
  expect(shapes[0]?.middle).toEqual([106, -4]);
  const ring = shapes[0]?.polygons[0]?.[0];
  expect(ring?.[0]).toEqual(ring?.at(-1));
});

test('what is no geometry is not drawn', () => {
  for (const coordinates of [5, null, [[[1]]], [['a']], [[['1', '2']]]])
    expect(polygonsOf({ type: 'Polygon', coordinates })).toEqual([]);
  expect(polygonsOf({ type: 'MultiPolygon', coordinates: [square(1, 1)] })).toHaveLength(1);
  expect(boxOf([])).toBeUndefined();
  expect(wholeOf([], [point('16', 104, -4)])).toEqual([104, -4, 104, -4]);
});

test('borders between parts are those that two parts, or nobody else, have', () => {
  const shapes = shapesOf(
    [
      feature('16.01.01.1001', square(0, 0)),
      feature('16.01.01.1002', square(1, 0)),
      feature('16.01.02.1001', square(2, 0)),
    ],
    [],
  );
  const parts = partsOf(shapes);
  expect(parts.map(({ code }) => code)).toEqual(['16.01.01', '16.01.02']);
  const sides = parts.flatMap(({ borders }) =>
    borders.map((ends) =>
      ends
        .map(([x, y]) => `${x} ${y}`)
        .sort()
        .join('-'),
    ),
  );
  expect(sides).toContain('2 0-2 1'); // between the two
  expect(sides).not.toContain('1 0-1 1'); // inside of one
  expect(sides).toHaveLength(9);
});
