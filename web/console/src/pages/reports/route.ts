import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { root } from '../../root.tsx';
import { reportOf } from './search.ts';

export const reportsRoute = createRoute({
  getParentRoute: () => root,
  path: '/laporan',
  validateSearch: reportOf,
  component: lazyRouteComponent(() => import('./page.tsx'), 'ReportsPage'),
});
