import { longDay, shortDay } from '@kumkm/shared/formats/dates.ts';
import aloud from '@kumkm/shared/hidden.module.css';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { UnstyledButton } from '@mantine/core';
import { IconCalendar, IconChevronDown, IconMapPin } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { NATION, useRegionCode } from '../data/me.ts';
import { regionQuery } from '../data/progress.ts';
import { shell } from '../texts/shell.ts';
import { viewTexts } from '../texts/view.ts';
import { useView } from '../view.ts';
import styles from './view-bar.module.css';

const RegionPicker = lazy(() => import('./region-picker.tsx'));
const WhenPicker = lazy(() => import('./when-picker.tsx'));

/** What all pages look at: the region, and the day with its basis. Each opens its own choice. */
export function ViewBar() {
  const t = useTexts(viewTexts);
  const s = useTexts(shell);
  const language = useLanguage();
  const view = useView();
  const code = useRegionCode();
  const [open, setOpen] = useState<'region' | 'when' | undefined>();
  const region = useQuery({
    ...regionQuery(code ?? NATION, view),
    enabled: code !== undefined,
    refetchInterval: false, // its name does not move
  });
  const close = () => setOpen(undefined);
  const captured = view.basis === 'captured';
  return (
    <>
      <UnstyledButton className={styles.choice} aria-haspopup="dialog" onClick={() => setOpen('region')}>
        <IconMapPin size={18} stroke={1.75} aria-hidden className={styles.icon} />
        <span className={aloud.hidden}>{t.region}: </span>
        <span className={styles.name}>{region.data?.item.region.name ?? s.loading}</span>
        <IconChevronDown size={16} aria-hidden className={styles.icon} />
      </UnstyledButton>
      <UnstyledButton
        className={styles.choice}
        data-set={view.as_of !== undefined || captured || view.campaign !== undefined || undefined}
        aria-haspopup="dialog"
        onClick={() => setOpen('when')}
      >
        <IconCalendar size={18} stroke={1.75} aria-hidden className={styles.icon} />
        <span className={styles.wide}>
          {view.as_of === undefined ? t.today : t.per(longDay(view.as_of, language))}
          {captured && `, ${s.basisCaptured}`}
          {view.campaign !== undefined && ` · ${view.campaign}`}
        </span>
        <span className={styles.narrow}>
          {view.as_of === undefined ? s.today : shortDay(view.as_of, language)}
        </span>
        <IconChevronDown size={16} aria-hidden className={styles.icon} />
      </UnstyledButton>
      <Suspense>
        {open === 'region' && code !== undefined && <RegionPicker code={code} close={close} />}
        {open === 'when' && <WhenPicker close={close} />}
      </Suspense>
    </>
  );
}
