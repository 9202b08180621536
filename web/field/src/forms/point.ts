// Where the business is, by the tablet's own receiver: the most accurate of what it says within half a minute.

export interface Point {
  latitude: number;
  longitude: number;
  accuracy_m: number | null;
}

/** Metres. A point as good as this ends the search; one worse than the other is told. */
export const GOOD_M = 10;
export const FAR_M = 100;
export const LONGEST_S = 30;

export type Ending = 'found' | 'refused' | 'timeout';

/**
 * Look for the point. `better` is called with each that is more accurate than the one before.
 *
 * @returns how to stop looking; `ended` is called once, unless it was stopped.
 */
export function findPoint(better: (point: Point) => void, ended: (how: Ending) => void): () => void {
  let best: Point | null = null;
  const { geolocation } = navigator;
  if (geolocation === undefined) {
    ended('refused');
    return () => {};
  }
  const end = (how: Ending) => {
    stop();
    ended(how);
  };
  const watched = geolocation.watchPosition(
    ({ coords }) => {
      if (best !== null && best.accuracy_m !== null && best.accuracy_m <= coords.accuracy) return;
      best = {
        latitude: rounded(coords.latitude, 7),
        longitude: rounded(coords.longitude, 7),
        accuracy_m: rounded(coords.accuracy, 1),
      };
      better(best);
      if (coords.accuracy <= GOOD_M) end('found');
    },
    (fault) => {
      if (fault.code === fault.PERMISSION_DENIED) end('refused');
    },
    { enableHighAccuracy: true, maximumAge: 0, timeout: LONGEST_S * 1000 },
  );
  const timer = setTimeout(() => end(best === null ? 'timeout' : 'found'), LONGEST_S * 1000);
  const stop = () => {
    clearTimeout(timer);
    geolocation.clearWatch(watched);
  };
  return stop;
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
