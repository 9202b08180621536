import { basePath } from '@kumkm/shared/api/base.ts';
import { createRouter } from '@tanstack/react-router';
import { accountRoute } from './pages/account/route.ts';
import { activationRoute } from './pages/activation/route.ts';
import { backRoute } from './pages/back/route.ts';
import { campaignRoute } from './pages/campaign/route.ts';
import { codingRoute } from './pages/coding/route.ts';
import { cutoffsRoute } from './pages/cutoffs/route.ts';
import { doorsRoute } from './pages/doors/route.ts';
import { duplicatesRoute } from './pages/duplicates/route.ts';
import { fieldRoute } from './pages/field/route.ts';
import { honourRoute } from './pages/honour/route.ts';
import { keysRoute } from './pages/keys/route.ts';
import { listingRoute } from './pages/listing/route.ts';
import { mapRoute } from './pages/map/route.ts';
import { overviewRoute } from './pages/overview/route.ts';
import { peopleRoute } from './pages/people/route.ts';
import { qualityRoute } from './pages/quality/route.ts';
import { businessRoute, registerRoute } from './pages/register/route.ts';
import { reportsRoute } from './pages/reports/route.ts';
import { reviewRoute } from './pages/review/route.ts';
import { statisticsRoute } from './pages/statistics/route.ts';
import { verificationRoute } from './pages/verification/route.ts';
import { webhooksRoute } from './pages/webhooks/route.ts';
import { PageFault } from './parts/fault.tsx';
import { Loading } from './parts/loading.tsx';
import { root } from './root.tsx';

export const router = createRouter({
  routeTree: root.addChildren([
    overviewRoute,
    mapRoute,
    fieldRoute,
    doorsRoute,
    statisticsRoute,
    listingRoute,
    reviewRoute,
    qualityRoute,
    duplicatesRoute,
    codingRoute,
    registerRoute,
    businessRoute,
    verificationRoute,
    reportsRoute,
    cutoffsRoute,
    honourRoute,
    peopleRoute,
    campaignRoute,
    webhooksRoute,
    keysRoute,
    accountRoute,
    activationRoute,
    backRoute,
  ]),
  basepath: basePath(),
  defaultPreload: 'intent',
  defaultPendingComponent: Loading,
  defaultErrorComponent: PageFault,
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
