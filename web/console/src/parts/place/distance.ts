export interface Point {
  readonly latitude: number;
  readonly longitude: number;
}

/** Where something lies; undefined where nobody knows. */
export function pointOf({ latitude, longitude }: { latitude: number | null; longitude: number | null }) {
  return latitude === null || longitude === null ? undefined : { latitude, longitude };
}

const EARTH_M = 6_371_000;
const radians = (degrees: number) => (degrees * Math.PI) / 180;

/** Metres between two points, by the haversine formula. */
export function metresBetween(one: Point, other: Point): number {
  const lat1 = radians(one.latitude);
  const lat2 = radians(other.latitude);
  const half =
    Math.sin((lat2 - lat1) / 2) ** 2 +
    Math.cos(lat1) * Math.cos(lat2) * Math.sin(radians(other.longitude - one.longitude) / 2) ** 2;
  return 2 * EARTH_M * Math.asin(Math.sqrt(half));
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const low = sorted[Math.ceil(middle) - 1] ?? 0;
  const high = sorted[Math.floor(middle)] ?? 0;
  return (low + high) / 2;
}

/** The middle of points that one stray among them does not move. Undefined of none. */
export function middleOf(points: readonly Point[]): Point | undefined {
  if (points.length === 0) return undefined;
  return {
    latitude: median(points.map((point) => point.latitude)),
    longitude: median(points.map((point) => point.longitude)),
  };
}

const FEWEST = 5;
const NEAR_M = 2_000;

/** Whether a point lies far off: further than three quarters of the others lie from their middle, three times over. */
export function liesFar(point: Point, others: readonly Point[]): boolean {
  const middle = middleOf(others);
  if (middle === undefined || others.length < FEWEST) return false;
  const distances = others.map((other) => metresBetween(other, middle)).sort((a, b) => a - b);
  const usual = distances[Math.floor(distances.length * 0.75)] ?? 0;
  return metresBetween(point, middle) > Math.max(NEAR_M, 3 * usual);
}

/** A number to metres and kilometres, rounded as far as it is meant: `80 m`, `2,4 km`. */
export function distanceText(metres: number, numeral: (value: number, digits: number) => string): string {
  if (metres < 1_000) return `${numeral(Math.round(metres / 10) * 10, 0)}\u00a0m`;
  return `${numeral(metres / 1_000, metres < 10_000 ? 1 : 0)}\u00a0km`;
}

export interface Dot {
  readonly x: number;
  readonly y: number;
}

/** Points in a square of `size`, north up, with one scale for both ways; the second figure is metres a unit. */
export function plotted(points: readonly Point[], size: number, margin: number): [Dot[], number] {
  const middle = middleOf(points);
  if (middle === undefined) return [[], 1];
  const east = (point: Point) =>
    Math.sign(point.longitude - middle.longitude) *
    metresBetween(middle, { latitude: middle.latitude, longitude: point.longitude });
  const north = (point: Point) =>
    Math.sign(point.latitude - middle.latitude) *
    metresBetween(middle, { latitude: point.latitude, longitude: middle.longitude });
  const reach = Math.max(100, ...points.flatMap((point) => [Math.abs(east(point)), Math.abs(north(point))]));
  const scale = (size / 2 - margin) / reach;
  return [
    points.map((point) => ({ x: size / 2 + east(point) * scale, y: size / 2 - north(point) * scale })),
    1 / scale,
  ];
}

/** A round length in metres that is at most so long: 1, 2 or 5 times a power of ten. */
export function roundLength(most: number): number {
  const power = 10 ** Math.floor(Math.log10(most));
  return [5, 2, 1].map((each) => each * power).find((each) => each <= most) ?? power;
}
