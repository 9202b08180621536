import { apiRoot } from '@kumkm/shared/api/base.ts';
import { api, got, problemOf, send } from '@kumkm/shared/api/client.ts';
import type { components } from '@kumkm/shared/api/schema.d.ts';
import { queryOptions } from '@tanstack/react-query';

export type Photo = components['schemas']['AttachmentOut'];

export function photosQuery(recordId: string) {
  return queryOptions({
    queryKey: ['photos', recordId],
    queryFn: ({ signal }) =>
      got(
        api.GET('/v1/submissions/{record_id}/attachments', {
          signal,
          params: { path: { record_id: recordId } },
        }),
      ),
    staleTime: 60_000,
  });
}

/** A picture. The token goes along as a header, so it cannot be an address of an image. */
export function pictureQuery(recordId: string, sha256: string) {
  return queryOptions({
    queryKey: ['picture', recordId, sha256],
    queryFn: async ({ signal }) => {
      const address = `${apiRoot()}/v1/submissions/${recordId}/attachments/${sha256}`;
      const answer = await send(new Request(address, { signal }));
      if (!answer.ok) throw problemOf(answer, await answer.json().catch(() => undefined));
      return await answer.blob();
    },
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 120_000,
  });
}
