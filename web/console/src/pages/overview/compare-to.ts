import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { type RegionAnswer, regionQuery } from '../../data/progress.ts';
import { useView } from '../../view.ts';

const route = getRouteApi('/');

/** The day to compare with; undefined where none is chosen, or it is not before the day of the page. */
export function useCompareDay(asOf: string): string | undefined {
  const { compare } = route.useSearch();
  return compare !== undefined && compare < asOf ? compare : undefined;
}

/** The same region on the day to compare with. */
export function useEarlier(answer: RegionAnswer): RegionAnswer | undefined {
  const view = useView();
  const day = useCompareDay(answer.as_of);
  const earlier = useQuery({
    ...regionQuery(answer.item.region.code, { ...view, as_of: day ?? answer.as_of }),
    enabled: day !== undefined,
  });
  return day === undefined ? undefined : earlier.data;
}
