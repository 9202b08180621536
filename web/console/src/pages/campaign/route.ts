import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import { root } from '../../root.tsx';

export const campaignRoute = createRoute({
  getParentRoute: () => root,
  path: '/kegiatan',
  component: lazyRouteComponent(() => import('./page.tsx'), 'CampaignPage'),
});
