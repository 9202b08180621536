/** What a map draws, in degrees: boundaries where they are loaded, else cells around where records lie. Pure. */

import type { components } from '@kumkm/shared/api/schema.d.ts';
import { type Corner, cellsOf } from './cells.ts';

type Feature = components['schemas']['BoundaryFeature'];
type Point = components['schemas']['PointOut'];

/** Of each polygon its shell, then its holes; longitude before latitude. */
export type Polygons = readonly (readonly (readonly Corner[])[])[];

export interface Shape {
  readonly code: string;
  readonly name: string;
  readonly polygons: Polygons;
  /** Whether it is a boundary that somebody loaded. */
  readonly loaded: boolean;
  /** Where its name stands. */
  readonly middle: Corner;
}

/** West, south, east, north. */
export type Box = readonly [number, number, number, number];

const DEGREES = Math.PI / 180;
const WIDEST = 0.12; // of the whole, for a cell

/** The shapes of all regions that can be drawn; cells first, so that boundaries lie on them. */
export function shapesOf(features: readonly Feature[], points: readonly Point[]): Shape[] {
  const loaded = features.flatMap(({ id, properties, geometry }) => {
    const polygons = geometry === null ? [] : polygonsOf(geometry);
    return polygons.length === 0
      ? []
      : [{ code: id, name: properties.name, polygons, loaded: true, middle: middleOf(polygons) }];
  });
  const drawn = new Set(loaded.map(({ code }) => code));
  const others = points.flatMap(({ region, latitude, longitude }) =>
    region === null || drawn.has(region.code) ? [] : [{ ...region, at: [longitude, latitude] as const }],
  );
  return [...cells(others), ...loaded];
}

function cells(
  others: readonly { readonly code: string; readonly name: string; readonly at: Corner }[],
): Shape[] {
  if (others.length === 0) return [];
  const [west, south, east, north] = boxOf(others.map(({ at }) => at)) ?? [0, 0, 0, 0];
  const narrow = Math.cos(((south + north) / 2) * DEGREES);
  const widest = Math.max(WIDEST * Math.max((east - west) * narrow, north - south), 0.01);
  const flat = others.map(({ code, at: [x, y] }) => ({ key: code, at: [x * narrow, y] as const }));
  const names = new Map(others.map(({ code, name }) => [code, name]));
  return cellsOf(flat, widest).map(({ key, center, corners }) => {
    const back = ([x, y]: Corner): Corner => [x / narrow, y];
    const ring = corners.map(back);
    const [first] = ring;
    const closed = first === undefined ? ring : [...ring, first];
    return {
      code: key,
      name: names.get(key) ?? key,
      polygons: [[closed]],
      loaded: false,
      middle: back(center),
    };
  });
}

function isCorner(value: unknown): value is Corner {
  return Array.isArray(value) && typeof value[0] === 'number' && typeof value[1] === 'number';
}

function isRing(value: unknown): value is readonly Corner[] {
  return Array.isArray(value) && value.every(isCorner);
}

function isPolygon(value: unknown): value is readonly (readonly Corner[])[] {
  return Array.isArray(value) && value.every(isRing);
}

/** The polygons of a geometry of GeoJSON; none where it is none. */
export function polygonsOf({
  type,
  coordinates,
}: {
  readonly type: string;
  readonly coordinates: unknown;
}): Polygons {
  if (type === 'Polygon') return isPolygon(coordinates) ? [coordinates] : [];
  return Array.isArray(coordinates) && coordinates.every(isPolygon) ? coordinates : [];
}

function twiceArea(ring: readonly Corner[]): number {
  return ring.reduce((sum, [x, y], place) => {
    const [nextX, nextY] = ring[(place + 1) % ring.length] ?? [x, y];
    return sum + x * nextY - nextX * y;
  }, 0);
}

/** The centre of the largest part. */
function middleOf(polygons: Polygons): Corner {
  const shells = polygons.flatMap(([shell]) => (shell === undefined ? [] : [shell]));
  const ring = shells.reduce<readonly Corner[]>(
    (most, each) => (Math.abs(twiceArea(each)) > Math.abs(twiceArea(most)) ? each : most),
    shells[0] ?? [],
  );
  const [first] = ring;
  const area = twiceArea(ring);
  if (first === undefined || area === 0) return first ?? [0, 0];
  const [left, low] = first; // near to zero, where numbers are exact
  const sum = ring.reduce<Corner>(
    ([sumX, sumY], [x, y], place) => {
      const [nextX, nextY] = ring[(place + 1) % ring.length] ?? [x, y];
      const cross = (x - left) * (nextY - low) - (nextX - left) * (y - low);
      return [sumX + (x + nextX - 2 * left) * cross, sumY + (y + nextY - 2 * low) * cross];
    },
    [0, 0],
  );
  return [left + sum[0] / (3 * area), low + sum[1] / (3 * area)];
}

/** The box around corners; undefined of none. */
export function boxOf(corners: readonly Corner[]): Box | undefined {
  if (corners.length === 0) return undefined;
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [x, y] of corners) {
    west = Math.min(west, x);
    east = Math.max(east, x);
    south = Math.min(south, y);
    north = Math.max(north, y);
  }
  return [west, south, east, north];
}

/** All that is drawn lies in it. */
export function wholeOf(shapes: readonly Shape[], points: readonly Point[]): Box | undefined {
  const corners = shapes.flatMap(({ polygons }) => polygons.flatMap(([shell]) => shell ?? []));
  return boxOf([...corners, ...points.map(({ latitude, longitude }): Corner => [longitude, latitude])]);
}

export interface Part {
  readonly code: string;
  readonly middle: Corner;
  /** Where it ends or another one begins. */
  readonly borders: readonly (readonly [Corner, Corner])[];
}

/** The regions one level higher, by the borders of those that are drawn: neighbours share their corners. */
export function partsOf(shapes: readonly Shape[]): Part[] {
  const sides = new Map<string, { readonly ends: readonly [Corner, Corner]; readonly of: string[] }>();
  const parts = new Map<string, { readonly middles: Corner[]; readonly borders: [Corner, Corner][] }>();
  for (const { code, polygons, loaded, middle } of shapes) {
    if (!loaded) continue;
    const above = code.slice(0, code.lastIndexOf('.'));
    const part = parts.get(above) ?? { middles: [], borders: [] };
    part.middles.push(middle);
    parts.set(above, part);
    for (const ring of polygons.flat()) {
      ring.forEach((corner, place) => {
        const next = ring[place + 1];
        if (next === undefined) return;
        const key = [corner, next]
          .map(([x, y]) => `${x},${y}`)
          .sort()
          .join(' ');
        const side = sides.get(key);
        if (side === undefined) sides.set(key, { ends: [corner, next], of: [above] });
        else side.of.push(above);
      });
    }
  }
  for (const { ends, of } of sides.values()) {
    const [one, other] = of;
    if (one !== undefined && one !== other) parts.get(one)?.borders.push([ends[0], ends[1]]);
  }
  return [...parts].map(([code, { middles, borders }]) => ({
    code,
    borders,
    middle: [
      middles.reduce((sum, [x]) => sum + x, 0) / middles.length,
      middles.reduce((sum, [, y]) => sum + y, 0) / middles.length,
    ],
  }));
}
