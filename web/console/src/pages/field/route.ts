import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { root } from '../../root.tsx';

export const fieldRoute = createRoute({
  getParentRoute: () => root,
  path: '/petugas',
  component: lazyRouteComponent(() => import('./page.tsx'), 'FieldPage'),
});
