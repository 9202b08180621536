import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { levelOf } from '../../data/codes.ts';
import { useView } from '../../view.ts';
import type { Seen } from './gl-map.tsx';
import { type MapPoint, pointsQuery } from './queries.ts';
import { NEAR, partOf } from './seen.ts';

const SINGLE = 17;
const NONE: readonly MapPoint[] = [];

/** The records in the part of the map that is seen: of a team at any zoom, of others from near. */
export function useRecords(code: string, seen: Seen | undefined, team: boolean): readonly MapPoint[] {
  const view = useView();
  const level = levelOf(code);
  const near = seen !== undefined && seen.zoom >= NEAR && level !== 'nation' && level !== 'province';
  const asked = seen !== undefined && (team || near);
  // Cells of the API are a sixteenth of a tile of 256 pixels: one zoom less leaves room between points.
  const zoom = seen === undefined ? NEAR : seen.zoom >= SINGLE ? 18 : Math.floor(seen.zoom) - 1;
  const records = useQuery({
    ...pointsQuery(
      code,
      view,
      Math.max(zoom, team ? 0 : NEAR),
      seen === undefined ? undefined : partOf(seen.box),
    ),
    enabled: asked,
    placeholderData: keepPreviousData,
  });
  return asked ? (records.data?.items.filter(({ region }) => region === null) ?? NONE) : NONE;
}
