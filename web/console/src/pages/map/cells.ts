/** Cells around points: what lies nearest to each, no farther than a radius. They need no boundaries and no base map. */

export interface Place {
  readonly key: string;
  readonly latitude: number;
  readonly longitude: number;
}

export type Corner = readonly [number, number];

export interface Cell {
  readonly key: string;
  readonly center: Corner;
  readonly corners: readonly Corner[];
}

export interface Frame {
  readonly width: number;
  readonly height: number;
  readonly pad: number;
}

const SIDES = 32;
const REACH = 1.5; // of the usual distance to the nearest other one
const DEGREES = Math.PI / 180;

/** From degrees to the frame's pixels, north up: a degree of longitude is as long as it is at that latitude. */
export function projection(
  places: readonly Place[],
  { width, height, pad }: Frame,
): (place: Place) => Corner {
  const south = Math.min(...places.map((place) => place.latitude));
  const north = Math.max(...places.map((place) => place.latitude));
  const west = Math.min(...places.map((place) => place.longitude));
  const east = Math.max(...places.map((place) => place.longitude));
  const narrow = Math.cos(((south + north) / 2) * DEGREES);
  const wide = Math.max((east - west) * narrow, 0.01);
  const tall = Math.max(north - south, 0.01);
  const scale = Math.min((width - 2 * pad) / wide, (height - 2 * pad) / tall);
  return ({ latitude, longitude }) => [
    width / 2 + (longitude - (west + east) / 2) * narrow * scale,
    height / 2 - (latitude - (south + north) / 2) * scale,
  ];
}

/** The cell of each point: a circle, cut where another point is nearer. Cells do not overlap. */
export function cellsOf(
  points: readonly { readonly key: string; readonly at: Corner }[],
  widest: number,
): Cell[] {
  const nearest = points.map(({ at }) =>
    Math.min(...points.map((other) => (other.at === at ? Number.POSITIVE_INFINITY : distance(at, other.at)))),
  );
  const apart = nearest.filter((each) => Number.isFinite(each) && each > 0).sort((one, other) => one - other);
  const usual = apart[apart.length >> 1];
  const radius = Math.min(widest, (usual ?? widest) * REACH);
  return points.map(({ key, at }) => {
    let corners: readonly Corner[] = Array.from({ length: SIDES }, (_, side): Corner => {
      const turn = (2 * Math.PI * side) / SIDES;
      return [at[0] + radius * Math.cos(turn), at[1] + radius * Math.sin(turn)];
    });
    for (const other of points) {
      if (other.at !== at && distance(at, other.at) < 2 * radius) corners = nearer(corners, at, other.at);
    }
    return { key, center: at, corners };
  });
}

function distance(one: Corner, other: Corner): number {
  return Math.hypot(one[0] - other[0], one[1] - other[1]);
}

/** The part of a polygon that is nearer to one point than to another. */
function nearer(corners: readonly Corner[], one: Corner, other: Corner): readonly Corner[] {
  const [x, y] = [other[0] - one[0], other[1] - one[1]];
  const middle: Corner = [(one[0] + other[0]) / 2, (one[1] + other[1]) / 2];
  const beyond = (corner: Corner) => (corner[0] - middle[0]) * x + (corner[1] - middle[1]) * y;
  const kept: Corner[] = [];
  corners.forEach((corner, place) => {
    const next = corners[(place + 1) % corners.length] ?? corner;
    const [here, there] = [beyond(corner), beyond(next)];
    if (here <= 0) kept.push(corner);
    if (here * there < 0) {
      const share = here / (here - there);
      kept.push([corner[0] + (next[0] - corner[0]) * share, corner[1] + (next[1] - corner[1]) * share]);
    }
  });
  return kept;
}
