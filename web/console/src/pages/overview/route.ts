import { isDay } from '@kumkm/shared/formats/dates.ts';
import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { root } from '../../root.tsx';

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
  component: lazyRouteComponent(() => import('./page.tsx'), 'OverviewPage'),
});
