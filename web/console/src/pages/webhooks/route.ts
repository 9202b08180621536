import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { root } from '../../root.tsx';

export const webhooksRoute = createRoute({
  getParentRoute: () => root,
  path: '/webhook',
  component: lazyRouteComponent(() => import('./page.tsx'), 'WebhooksPage'),
});
