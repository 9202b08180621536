import { useNavigate, useSearch } from '@tanstack/react-router';
import { useView, viewOf } from '../../view.ts';
import { type StatisticsSearch, statisticsOf } from './search.ts';

/** What of the page is looked at, and the way to look at something else. */
export function useStatistics() {
  const search = statisticsOf(useSearch({ from: '/statistik' }));
  const view = useView();
  const navigate = useNavigate();

  function change(changed: Partial<Record<keyof StatisticsSearch, string | undefined>>): void {
    void navigate({
      to: '/statistik',
      search: (before) => ({ ...viewOf(before), ...statisticsOf({ ...before, ...changed }) }),
      replace: true,
      resetScroll: false,
    });
  }

  return { search, view, change };
}
