import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { root } from '../../root.tsx';

export const duplicatesRoute = createRoute({
  getParentRoute: () => root,
  path: '/ganda',
  component: lazyRouteComponent(() => import('./page.tsx'), 'DuplicatesPage'),
});
