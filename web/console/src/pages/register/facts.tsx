import { dayOf } from '@kumkm/shared/formats/dates.ts';
import { NONE } from '@kumkm/shared/formats/numbers.ts';
import { type Language, useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import type { ReactNode } from 'react';
import type { Business } from '../../data/business.ts';
import { valueText } from '../../parts/answers/values.ts';
import { ConfirmedNumber } from '../../parts/confirmation.tsx';
import { FactList } from '../../parts/fact-list.tsx';
import surfaces from '../../parts/surfaces.module.css';
import { register } from '../../texts/register.ts';
import styles from './business.module.css';
import { ReviewBadge } from './review-badge.tsx';

/** What identifies a business. */
export function Facts({ business }: { readonly business: Business }) {
  const t = useTexts(register);
  const language = useLanguage();
  const { numbers, verification } = business;
  const facts: readonly (readonly [string, ReactNode])[] = [
    [t.kind, t.kinds[business.kind] ?? business.kind],
    [t.size, business.size_class === null ? t.noSize : (t.sizes[business.size_class] ?? NONE)],
    [t.kbli, `${business.kbli} (${business.kbli_version})`],
    [t.village, `${business.region_name} (${business.region_code})`],
    ...(business.kind === 'koperasi'
      ? ([
          [
            t.cooperativeNumber,
            <ConfirmedNumber key="cooperative_number" said={verification.cooperative_number}>
              {valueText(numbers.cooperative_number, undefined, language)}
            </ConfirmedNumber>,
          ],
        ] as const)
      : ownerNumber(business, t, language)),
    [
      t.nib,
      <ConfirmedNumber key="nib" said={verification.nib}>
        {valueText(numbers.nib, undefined, language)}
      </ConfirmedNumber>,
    ],
    ...(business.life === 'active'
      ? []
      : ([[t.life, t.lives(business.life, dayOf(business.life_since, language))]] as const)),
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

/** The number by which the owner is known: without a NIK a passport, or a residence permit. */
function ownerNumber(
  { numbers: { nik, passport, kitas }, verification }: Business,
  t: (typeof register)['id'],
  language: Language,
): readonly (readonly [string, ReactNode])[] {
  const [label, number] =
    nik === null && passport !== null
      ? [t.passport, passport]
      : nik === null && kitas !== null
        ? [t.kitas, kitas]
        : [t.nik, nik];
  const shown = valueText(number, undefined, language);
  if (number !== nik) return [[label, shown]];
  return [
    [
      label,
      <ConfirmedNumber key="nik" said={verification.nik}>
        {shown}
      </ConfirmedNumber>,
    ],
  ];
}
