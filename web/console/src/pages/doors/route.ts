import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { root } from '../../root.tsx';
import { doorsOf } from './search.ts';

export const doorsRoute = createRoute({
  getParentRoute: () => root,
  path: '/kunjungan',
  validateSearch: doorsOf,
  component: lazyRouteComponent(() => import('./page.tsx'), 'DoorsPage'),
});
