import { uuid7 } from '@kumkm/protocol/ids.ts';
import { count } from '@kumkm/shared/formats/numbers.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { Button } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useMe } from '../../data/me.ts';
import { Sure } from '../../parts/sure.tsx';
import { statistics } from '../../texts/statistics.ts';
import { askForEdition, EDITIONS, editionStateQuery } from './queries.ts';

/** For an admin: ask for an edition of the register as it is now, and see how far it is. */
export function NewEdition({ campaign }: { readonly campaign: string | undefined }) {
  const t = useTexts(statistics);
  const language = useLanguage();
  const client = useQueryClient();
  const [id, setId] = useState<string>(); // sent again after a lost answer, it is the same one
  const [asked, setAsked] = useState<string>();
  const state = useQuery(editionStateQuery(asked)).data;
  const made = state?.state === 'made';
  useEffect(() => {
    if (made) void client.invalidateQueries({ queryKey: EDITIONS });
  }, [made, client]);
  if (useMe()?.role !== 'admin') return null;
  const working = asked !== undefined && state?.state !== 'made' && state?.state !== 'failed';
  return (
    <>
      <Button variant="default" size="md" disabled={working} onClick={() => setId(uuid7(Date.now()))}>
        {t.newEdition}
      </Button>
      <span role="status">
        {working && t.making(count(state?.percent ?? 0, language))}
        {made && t.made}
        {state?.state === 'failed' && t.failed}
      </span>
      {id !== undefined && (
        <Sure
          title={t.newEdition}
          words={t.newEditionAbout}
          doIt={t.make}
          act={async () => setAsked(await askForEdition({ id, campaign: campaign ?? null }))}
          onClose={() => setId(undefined)}
        />
      )}
    </>
  );
}
