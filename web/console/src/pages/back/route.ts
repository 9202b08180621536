import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { root } from '../../root.tsx';
import { BACK } from './path.ts';

/** The end of a sign-in in a tab of its own. */
export const backRoute = createRoute({
  getParentRoute: () => root,
  path: BACK,
  component: lazyRouteComponent(() => import('./page.tsx'), 'BackPage'),
});
