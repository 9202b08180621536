import { type Polygons, polygonsOf } from './shapes.ts';

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && name in value ? Reflect.get(value, name) : undefined;
}

/** The polygons of each feature of a GeoJSON file, in the file's order; of what cannot be drawn none. */
export function featuresOf(text: string): Polygons[] {
  let file: unknown;
  try {
    file = JSON.parse(text);
  } catch {
    return [];
  }
  const features = fieldOf(file, 'features');
  if (!Array.isArray(features)) return [];
  return features.map((feature) => {
    const geometry = fieldOf(feature, 'geometry');
    const type = fieldOf(geometry, 'type');
    return typeof type === 'string'
      ? polygonsOf({ type, coordinates: fieldOf(geometry, 'coordinates') })
      : [];
  });
}
