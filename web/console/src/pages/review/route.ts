import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { root } from '../../root.tsx';
import { queueOf } from './search.ts';

export const reviewRoute = createRoute({
  getParentRoute: () => root,
  path: '/pemeriksaan',
  validateSearch: queueOf,
  component: lazyRouteComponent(() => import('./page.tsx'), 'ReviewPage'),
});
