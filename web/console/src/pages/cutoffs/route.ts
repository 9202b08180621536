import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { root } from '../../root.tsx';
import { cutoffsOf } from './search.ts';

export const cutoffsRoute = createRoute({
  getParentRoute: () => root,
  path: '/rilis',
  validateSearch: cutoffsOf,
  component: lazyRouteComponent(() => import('./page.tsx'), 'CutoffsPage'),
});
