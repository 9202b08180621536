import { count } from '@kumkm/shared/formats/numbers.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { Button, NativeSelect } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { campaignsQuery } from '../../data/campaigns.ts';
import type { RegionAnswer } from '../../data/progress.ts';
import { Dialog } from '../../parts/dialog.tsx';
import { DialogEnd } from '../../parts/dialog-end.tsx';
import { Fault } from '../../parts/fault.tsx';
import styles from '../../parts/sure.module.css';
import surfaces from '../../parts/surfaces.module.css';
import { listing } from '../../texts/listing.ts';
import { beginFrom, LISTING } from './queries.ts';

interface Told {
  readonly answer: RegionAnswer;
  readonly onClose: () => void;
}

/** List what an earlier campaign entered in the region that is looked at. */
export function Begin({ answer, onClose }: Told) {
  const t = useTexts(listing);
  const language = useLanguage();
  const queries = useQueryClient();
  const campaigns = useQuery(campaignsQuery);
  const own = campaigns.data?.find((each) => each.code === answer.campaign);
  const earlier = campaigns.data?.filter((each) => own !== undefined && each.starts_on < own.starts_on) ?? [];
  const [chosen, setChosen] = useState<string>();
  const from = chosen ?? earlier[0]?.code;
  const { region } = answer.item;
  const beginning = useMutation({
    mutationFn: (campaign: string) => beginFrom(campaign, answer.campaign, region.code),
    onSuccess: () =>
      Promise.all([
        queries.invalidateQueries({ queryKey: LISTING }),
        queries.invalidateQueries({ queryKey: ['progress'] }),
      ]),
  });
  function submit(event: FormEvent) {
    event.preventDefault();
    if (from !== undefined) beginning.mutate(from);
  }
  const done = beginning.data;
  return (
    <Dialog title={t.beginTitle} onClose={onClose}>
      {done !== undefined ? (
        <div className={surfaces.form}>
          <p role="status">
            {t.begun(
              count(done.listed, language),
              count(done.already_listed, language),
              count(done.closed, language),
            )}
          </p>
          <div className={styles.buttons}>
            <Button color="teal" data-autofocus onClick={onClose}>
              {t.close}
            </Button>
          </div>
        </div>
      ) : (
        <form className={surfaces.form} onSubmit={submit}>
          <p>{t.beginAbout(own?.name ?? answer.campaign, region.name)}</p>
          {campaigns.isError && <Fault fault={campaigns.error} again={() => void campaigns.refetch()} />}
          {beginning.isError && <Fault fault={beginning.error} />}
          {earlier.length > 0 ? (
            <NativeSelect
              label={t.from}
              value={from}
              data={earlier.map((each) => ({ value: each.code, label: each.name }))}
              onChange={(event) => setChosen(event.currentTarget.value)}
            />
          ) : (
            campaigns.isSuccess && <p>{t.noEarlier}</p>
          )}
          <DialogEnd
            leave={t.cancel}
            onLeave={onClose}
            isPending={beginning.isPending}
            disabled={from === undefined}
          >
            {t.beginNow}
          </DialogEnd>
        </form>
      )}
    </Dialog>
  );
}
