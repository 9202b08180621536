import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { root } from '../../root.tsx';
import { statisticsOf } from './search.ts';

export const statisticsRoute = createRoute({
  getParentRoute: () => root,
  path: '/statistik',
  validateSearch: statisticsOf,
  component: lazyRouteComponent(() => import('./page.tsx'), 'StatisticsPage'),
});
