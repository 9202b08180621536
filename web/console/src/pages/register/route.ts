import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { root } from '../../root.tsx';
import { registerOf } from './search.ts';

export const registerRoute = createRoute({
  getParentRoute: () => root,
  path: '/register',
  validateSearch: registerOf,
  component: lazyRouteComponent(() => import('./page.tsx'), 'RegisterPage'),
});

export const businessRoute = createRoute({
  getParentRoute: () => root,
  path: '/register/$businessId',
  component: lazyRouteComponent(() => import('./business.tsx'), 'BusinessPage'),
});
