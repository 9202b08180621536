import { api, done, got } from '@kumkm/shared/api/client.ts';
import type { components } from '@kumkm/shared/api/schema.d.ts';
import { queryOptions } from '@tanstack/react-query';
import { pagesQuery, wholeList } from '../../data/pages.ts';

export type Webhook = components['schemas']['WebhookOut'];
export type Delivery = components['schemas']['DeliveryOut'];
export type NewWebhook = components['schemas']['WebhookIn'];
export type WebhookChange = components['schemas']['WebhookChange'];
export type Resuming = components['schemas']['Resuming'];
export type Tested = components['schemas']['PingOut'];

const AT_ONCE = 1000;
const DELIVERIES = 20;
const AGAIN_MS = 5_000;

/** All webhooks within reach. Asked again while they are looked at: deliveries arrive meanwhile. */
export const webhooksQuery = queryOptions({
  queryKey: ['webhooks', 'list'],
  queryFn: async ({ signal }) =>
    (await wholeList(AT_ONCE, (page) => got(api.GET('/v1/webhooks', { params: { query: page }, signal }))))
      .items,
  refetchInterval: AGAIN_MS,
});

export const deliveriesQuery = (id: string) => ({
  ...pagesQuery(['webhooks', 'deliveries', id], DELIVERIES, ({ page, signal }) =>
    got(
      api.GET('/v1/webhooks/{webhook_id}/deliveries', {
        params: { path: { webhook_id: id }, query: page },
        signal,
      }),
    ),
  ),
  refetchInterval: AGAIN_MS,
});

const of = (id: string) => ({ params: { path: { webhook_id: id } } });

export const make = (body: NewWebhook) => got(api.POST('/v1/webhooks', { body }));
export const change = (id: string, body: WebhookChange) =>
  got(api.PATCH('/v1/webhooks/{webhook_id}', { ...of(id), body }));
export const remove = (id: string) => done(api.DELETE('/v1/webhooks/{webhook_id}', of(id)));
export const pause = (id: string) => got(api.POST('/v1/webhooks/{webhook_id}/pause', of(id)));
export const resume = (id: string, body: Resuming) =>
  got(api.POST('/v1/webhooks/{webhook_id}/resume', { ...of(id), body }));
export const rotate = (id: string) =>
  got(api.POST('/v1/webhooks/{webhook_id}/secret', { ...of(id), body: { former_hours: 24 } }));
export const ping = (id: string) => got(api.POST('/v1/webhooks/{webhook_id}/ping', of(id)));
export const sendAgain = (id: string, sequence: number) =>
  got(
    api.POST('/v1/webhooks/{webhook_id}/deliveries/{sequence}/resend', {
      params: { path: { webhook_id: id, sequence } },
    }),
  );
