import { addDays, daysBetween, longDay } from '@kumkm/shared/formats/dates.ts';
import { count } from '@kumkm/shared/formats/numbers.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { Button } from '@mantine/core';
import {
  IconCalendarTime,
  IconCircleCheck,
  IconPencil,
  IconPlayerPlay,
  IconPlus,
  IconProgress,
} from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { type Campaign, campaignsQuery } from '../../data/campaigns.ts';
import { useMe } from '../../data/me.ts';
import { useServerDay } from '../../data/server-day.ts';
import { Badge } from '../../parts/badge.tsx';
import { Empty } from '../../parts/empty.tsx';
import { Fault } from '../../parts/fault.tsx';
import { Waiting } from '../../parts/loading.tsx';
import surfaces from '../../parts/surfaces.module.css';
import { campaignTexts } from '../../texts/campaign.ts';
import styles from './campaign.module.css';
import { CampaignForm } from './campaign-form.tsx';
import { daysLeft, phaseOf } from './phase.ts';

const SIGNS = {
  before: { icon: IconCalendarTime, tone: 'safe' },
  now: { icon: IconPlayerPlay, tone: 'done' },
  late: { icon: IconProgress, tone: 'risk' },
  over: { icon: IconCircleCheck },
} as const;

/** All campaigns, the newest first; an admin makes and changes them. */
export function Campaigns() {
  const t = useTexts(campaignTexts);
  const me = useMe();
  const campaigns = useQuery(campaignsQuery);
  const [edited, setEdited] = useState<Campaign | 'new'>();
  const [saved, setSaved] = useState<string>();
  const isAdmin = me?.role === 'admin';
  if (campaigns.isError && campaigns.data === undefined) {
    return <Fault fault={campaigns.error} again={() => void campaigns.refetch()} />;
  }
  if (campaigns.data === undefined) return <Waiting rows={2} height={160} />;
  return (
    <>
      <div className={styles.above}>
        <p role="status" className={styles.quiet}>
          {saved !== undefined && t.saved(saved)}
        </p>
        {isAdmin && (
          <Button leftSection={<IconPlus size={18} aria-hidden />} onClick={() => setEdited('new')}>
            {t.new}
          </Button>
        )}
      </div>
      {campaigns.data.length === 0 && <Empty title={t.none} about={isAdmin ? t.noneAdmin : t.noneOffice} />}
      <ul className={styles.campaigns}>
        {campaigns.data.map((campaign) => (
          <Card
            key={campaign.code}
            campaign={campaign}
            onChange={isAdmin ? () => setEdited(campaign) : undefined}
          />
        ))}
      </ul>
      {edited !== undefined && (
        <CampaignForm
          campaign={edited === 'new' ? undefined : edited}
          onClose={() => setEdited(undefined)}
          onSaved={(name) => {
            setSaved(name);
            setEdited(undefined);
          }}
        />
      )}
    </>
  );
}

interface CardTold {
  readonly campaign: Campaign;
  readonly onChange: (() => void) | undefined;
}

function Card({ campaign, onChange }: CardTold) {
  const t = useTexts(campaignTexts);
  const language = useLanguage();
  const day = useServerDay();
  const phase = phaseOf(campaign, day);
  const left = daysLeft(campaign, day);
  const days = count(daysBetween(campaign.starts_on, campaign.ends_on) + 1, language);
  return (
    <li className={`${surfaces.card} ${styles.card}`}>
      <div className={styles.cardHead}>
        <div>
          <h2>{campaign.name}</h2>
          <p className={styles.quiet}>{campaign.code}</p>
        </div>
        <Badge sign={SIGNS[phase]}>{t.phases[phase]}</Badge>
      </div>
      <dl className={`${surfaces.facts} ${styles.facts}`}>
        <div>
          <dt>{t.period}</dt>
          <dd>
            {longDay(campaign.starts_on, language)} {t.to} {longDay(campaign.ends_on, language)}
          </dd>
          <dd className={styles.quiet}>
            {t.fieldDays(days)}
            {left !== undefined &&
              ` · ${phase === 'before' ? t.starts(count(left, language)) : t.ends(count(left, language))}`}
          </dd>
        </div>
        <div>
          <dt>{t.acceptsUntil}</dt>
          <dd>{longDay(campaign.accepts_until, language)}</dd>
        </div>
        <div>
          <dt>{t.answersUntil}</dt>
          <dd>{campaign.answers_until === null ? t.forGood : longDay(campaign.answers_until, language)}</dd>
        </div>
      </dl>
      <Course campaign={campaign} day={day} />
      {onChange !== undefined && (
        <div>
          <Button
            variant="default"
            leftSection={<IconPencil size={18} stroke={1.75} aria-hidden />}
            onClick={onChange}
            aria-label={t.changeOf(campaign.name)}
          >
            {t.change}
          </Button>
        </div>
      )}
    </li>
  );
}

const WIDTH = 100;

/** How much of a campaign's days is over: field work, then the days on which late records are taken. */
function Course({ campaign, day }: { readonly campaign: Campaign; readonly day: string }) {
  const end = addDays(campaign.accepts_until, 1);
  const whole = daysBetween(campaign.starts_on, end);
  const at = (when: string) =>
    Math.min(WIDTH, Math.max(0, (daysBetween(campaign.starts_on, when) / whole) * WIDTH));
  const field = at(addDays(campaign.ends_on, 1));
  const now = at(day);
  return (
    <svg viewBox={`0 0 ${WIDTH} 3`} preserveAspectRatio="none" className={styles.course} aria-hidden="true">
      <rect x="0" y="0" width={WIDTH} height="3" className={styles.late} />
      <rect x="0" y="0" width={field} height="3" className={styles.field} />
      <rect x="0" y="0" width={now} height="3" className={styles.gone} />
    </svg>
  );
}
