import { useNavigate, useSearch } from '@tanstack/react-router';
import { useView, viewOf } from '../../view.ts';
import { type DoorsSearch, doorsOf } from './search.ts';

/** What of the page is looked at, and the way to look at something else. */
export function useDoors() {
  const search = doorsOf(useSearch({ from: '/kunjungan' }));
  const view = useView();
  const navigate = useNavigate();

  function change(changed: Partial<Record<keyof DoorsSearch, string | undefined>>): void {
    void navigate({
      to: '/kunjungan',
      search: (before) => ({ ...viewOf(before), ...doorsOf({ ...before, ...changed }) }),
      replace: true,
      resetScroll: false,
    });
  }

  return { search, view, change };
}
