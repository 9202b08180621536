import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { root } from '../../root.tsx';

/** Another password, for who is signed in. */
export const passwordRoute = createRoute({
  getParentRoute: () => root,
  path: '/sandi',
  component: lazyRouteComponent(() => import('./page.tsx'), 'PasswordPage'),
});

/** The first password, by a code; nobody is signed in. */
export const activationRoute = createRoute({
  getParentRoute: () => root,
  path: '/aktivasi',
  component: lazyRouteComponent(() => import('./activation.tsx'), 'ActivationPage'),
});
