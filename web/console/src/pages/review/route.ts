import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { root } from '../../root.tsx';

export const reviewRoute = createRoute({
  getParentRoute: () => root,
  path: '/pemeriksaan',
  component: lazyRouteComponent(() => import('./page.tsx'), 'ReviewPage'),
});
