import { useNavigate, useSearch } from '@tanstack/react-router';
import { useView, viewOf } from '../../view.ts';
import { type QualitySearch, qualityOf } from './search.ts';

/** What of the page is looked at, and the way to look at something else. */
export function useQuality() {
  const search = qualityOf(useSearch({ from: '/mutu' }));
  const view = useView();
  const navigate = useNavigate();

  function change(changed: Partial<Record<keyof QualitySearch, string | undefined>>): void {
    void navigate({
      to: '/mutu',
      search: (before) => ({ ...viewOf(before), ...qualityOf({ ...before, ...changed }) }),
      replace: !('tab' in changed),
      resetScroll: false,
    });
  }

  return { search, view, change };
}
