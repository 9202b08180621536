import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { root } from '../../root.tsx';
import { viewOf } from '../../view.ts';

export const keysRoute = createRoute({
  getParentRoute: () => root,
  path: '/kunci',
  validateSearch: viewOf,
  component: lazyRouteComponent(() => import('./page.tsx'), 'KeysPage'),
});
