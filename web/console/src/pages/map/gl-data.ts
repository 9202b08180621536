import type { MapPoint } from './queries.ts';
import type { Part, Shape } from './shapes.ts';

/** Features of GeoJSON for the layers of `gl-style.ts`. */
type Collection<Geometry, Properties> = {
  readonly type: 'FeatureCollection';
  readonly features: {
    readonly type: 'Feature';
    readonly properties: Properties;
    readonly geometry: Geometry;
  }[];
};

const copied = (corner: readonly [number, number]): number[] => [...corner];

export function areasOf(shapes: readonly Shape[], level: (code: string) => number | undefined) {
  return collection(shapes, ({ code, polygons }) => ({
    properties: { code, level: level(code) ?? 0 },
    geometry: {
      type: 'MultiPolygon' as const,
      coordinates: polygons.map((rings) => rings.map((ring) => ring.map(copied))),
    },
  }));
}

export function namesOf(shapes: readonly Shape[], parts: readonly Part[], nameOf: (code: string) => string) {
  // The names of parts are worth their place only where there are several.
  const higher =
    parts.length > 1 ? parts.map(({ code, middle }) => ({ name: nameOf(code), middle, part: true })) : [];
  const own = shapes.map(({ name, middle }) => ({ name, middle, part: false }));
  return collection([...higher, ...own], ({ name, middle, part }) => ({
    properties: { name, part },
    geometry: { type: 'Point' as const, coordinates: copied(middle) },
  }));
}

export function bordersOf(parts: readonly Part[]) {
  return collection(parts, ({ borders }) => ({
    properties: {},
    geometry: { type: 'MultiLineString' as const, coordinates: borders.map((ends) => ends.map(copied)) },
  }));
}

export function recordsOf(points: readonly MapPoint[], written: (count: number) => string) {
  return collection(points, ({ latitude, longitude, count, business_id }) => ({
    properties: { count, words: written(count), business: business_id ?? '' },
    geometry: { type: 'Point' as const, coordinates: [longitude, latitude] },
  }));
}

function collection<Each, Geometry, Properties>(
  all: readonly Each[],
  made: (each: Each) => { readonly properties: Properties; readonly geometry: Geometry },
): Collection<Geometry, Properties> {
  return {
    type: 'FeatureCollection',
    features: all.map((each) => ({ type: 'Feature', ...made(each) })),
  };
}
