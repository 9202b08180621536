import { dayOf } from '@kumkm/shared/formats/dates.ts';
import { NONE } from '@kumkm/shared/formats/numbers.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import type { ReactNode } from 'react';
import type { Business } from '../../data/business.ts';
import { valueText } from '../../parts/answers/values.ts';
import { FactList } from '../../parts/fact-list.tsx';
import surfaces from '../../parts/surfaces.module.css';
import { register } from '../../texts/register.ts';
import styles from './business.module.css';
import { ReviewBadge } from './review-badge.tsx';

/** What identifies a business. */
export function Facts({ business }: { readonly business: Business }) {
  const t = useTexts(register);
  const language = useLanguage();
  const { numbers } = business;
  const facts: readonly (readonly [string, ReactNode])[] = [
    [t.kind, t.kinds[business.kind] ?? business.kind],
    [t.size, business.size_class === null ? t.noSize : (t.sizes[business.size_class] ?? NONE)],
    [t.kbli, `${business.kbli} (${business.kbli_version})`],
    [t.village, `${business.region_name} (${business.region_code})`],
    ...(business.kind === 'koperasi'
      ? ([[t.cooperativeNumber, valueText(numbers.cooperative_number, undefined, language)]] as const)
      : ([[t.nik, valueText(numbers.nik, undefined, language)]] as const)),
    [t.nib, valueText(numbers.nib, undefined, language)],
    [t.state, <ReviewBadge key="state" state={business.review_state} />],
    [t.enumerator, business.enumerator],
    [t.registered, dayOf(business.created_at, language)],
    [t.changed, dayOf(business.updated_at, language)],
  ];
  return (
    <section className={`${surfaces.card} ${styles.card}`} aria-label={t.facts}>
      <FactList className={`${surfaces.facts} ${styles.facts}`} facts={facts} />
    </section>
  );
}
