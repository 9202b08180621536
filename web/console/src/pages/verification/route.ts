import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { root } from '../../root.tsx';
import { verificationOf } from './search.ts';

export const verificationRoute = createRoute({
  getParentRoute: () => root,
  path: '/konfirmasi',
  validateSearch: verificationOf,
  component: lazyRouteComponent(() => import('./page.tsx'), 'VerificationPage'),
});
