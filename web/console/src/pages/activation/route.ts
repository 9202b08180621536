import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { root } from '../../root.tsx';

/** The first password, by a code; nobody is signed in. */
export const activationRoute = createRoute({
  getParentRoute: () => root,
  path: '/aktivasi',
  component: lazyRouteComponent(() => import('./page.tsx'), 'ActivationPage'),
});
