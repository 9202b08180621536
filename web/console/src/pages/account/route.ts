import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { root } from '../../root.tsx';

/** One's own account, for who is signed in. */
export const accountRoute = createRoute({
  getParentRoute: () => root,
  path: '/akun',
  component: lazyRouteComponent(() => import('./page.tsx'), 'AccountPage'),
});
