import { useNavigate, useSearch } from '@tanstack/react-router';
import { useView, viewOf } from '../../view.ts';
import { type ListingSearch, listingOf } from './search.ts';

/** What of the page is looked at, and the way to look at something else. */
export function useListing() {
  const search = listingOf(useSearch({ from: '/daftar' }));
  const view = useView();
  const navigate = useNavigate();

  function change(changed: Partial<Record<keyof ListingSearch, string | undefined>>): void {
    void navigate({
      to: '/daftar',
      search: (before) => ({ ...viewOf(before), ...listingOf({ ...before, ...changed }) }),
      replace: true,
      resetScroll: false,
    });
  }

  return { search, view, change };
}
