import { isDay } from '@kumkm/shared/formats/dates.ts';
import { createRoute } from '@tanstack/react-router';
import { root } from '../../root.tsx';
import { OverviewPage } from './page.tsx';

interface OverviewSearch {
  /** A day before, to compare with. */
  readonly compare?: string | undefined;
  /** How the table is sorted. */
  readonly sort?: string | undefined;
}

export const overviewRoute = createRoute({
  getParentRoute: () => root,
  path: '/',
  validateSearch: ({ compare, sort }: Record<string, unknown>): OverviewSearch => ({
    ...(isDay(compare) ? { compare } : {}),
    ...(typeof sort === 'string' ? { sort } : {}),
  }),
  component: OverviewPage, // in the first script: on a village line its own file would come a second later
});
