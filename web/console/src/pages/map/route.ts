import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { root } from '../../root.tsx';

export const mapRoute = createRoute({
  getParentRoute: () => root,
  path: '/peta',
  component: lazyRouteComponent(() => import('./page.tsx'), 'MapPage'),
});
