import { longMoment } from '@kumkm/shared/formats/dates.ts';
import { count, rate } from '@kumkm/shared/formats/numbers.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { SideBySide } from '../../parts/answers/side-by-side.tsx';
import { Fault } from '../../parts/fault.tsx';
import { Waiting } from '../../parts/loading.tsx';
import { Particular } from '../../parts/particular.tsx';
import { distanceText, metresBetween, pointOf } from '../../parts/place/distance.ts';
import looks from '../../parts/queue.module.css';
import sides from '../../parts/sides.module.css';
import surfaces from '../../parts/surfaces.module.css';
import { duplicates } from '../../texts/duplicates.ts';
import { Deciding } from './deciding.tsx';
import { Likeness } from './likeness.tsx';
import { formOf, isWithinReach, nameOf } from './names.ts';
import { type Case, caseQuery, type Side } from './queries.ts';
import { Resolved } from './resolved.tsx';

interface Told {
  readonly id: string;
  readonly onNext: (() => void) | undefined;
}

/** One case: what matched, both sides with what differs, and the decision. */
export function CaseCard({ id, onNext }: Told) {
  const found = useQuery(caseQuery(id));
  if (found.isError) return <Fault fault={found.error} again={() => void found.refetch()} />;
  if (found.data === undefined) return <Waiting rows={6} />;
  return <Shown found={found.data} onNext={onNext} />;
}

function Shown({ found, onNext }: { readonly found: Case; readonly onNext: (() => void) | undefined }) {
  const t = useTexts(duplicates);
  const language = useLanguage();
  const [place, setPlace] = useState(0);
  const other = found.businesses[place];
  const whole = isWithinReach(found);
  const beyond = [found.record, ...found.businesses].find((side) => side.answers === null);
  return (
    <div className={surfaces.panel}>
      <div className={looks.part}>
        <h2>{nameOf(found.record) ?? t.beyond}</h2>
        <p>{t.kindsLong[found.kind]}</p>
        <ul className={`${sides.meta} ${looks.meta}`}>
          {found.matched_on.length > 0 && (
            <Particular name={t.matchedOn}>
              {found.matched_on.map((each) => t.numbers[each] ?? each).join(', ')}
            </Particular>
          )}
          {found.differs.length > 0 && (
            <Particular name={t.differs}>
              {found.differs.map((each) => t.differences[each] ?? each).join(', ')}
            </Particular>
          )}
          <Particular name={t.village}>{found.region_name}</Particular>
          <Particular name={t.openedAt}>{longMoment(found.opened_at, language)}</Particular>
        </ul>
      </div>
      {found.likelihood !== null && (
        <div className={looks.part}>
          <Likeness likelihood={found.likelihood} alike={found.alike} />
        </div>
      )}
      <div className={looks.part}>
        {found.businesses.length > 1 && (
          <Select
            label={t.against}
            mb="sm"
            allowDeselect={false}
            value={String(place)}
            data={found.businesses.map((side, each) => ({
              value: String(each),
              label: `${t.businessOf(each + 1)}: ${nameOf(side) ?? t.beyond}`,
            }))}
            onChange={(value) => setPlace(Number(value))}
          />
        )}
        {other !== undefined && <Both found={found} other={other} place={place} />}
      </div>
      {!whole && (
        <div className={looks.part}>
          <h3>{t.beyond}</h3>
          <p>{t.beyondAbout(beyond?.region_code ?? '')}</p>
        </div>
      )}
      {found.state === 'resolved' && <Resolved found={found} canUndo={whole} onNext={onNext} />}
      {found.state === 'superseded' && (
        <div className={looks.part}>
          <p>{t.superseded}</p>
        </div>
      )}
      {found.state === 'open' && whole && <Deciding found={found} />}
    </div>
  );
}

interface BothTold {
  readonly found: Case;
  readonly other: Side;
  readonly place: number;
}

function Both({ found, other, place }: BothTold) {
  const t = useTexts(duplicates);
  const language = useLanguage();
  const { record } = found;
  const numeral = (value: number, digits: number) =>
    digits === 0 ? count(value, language) : rate(value, language);
  const here = pointOf(record);
  const there = pointOf(other);
  // What is compared on the server is the first business: spelling weighs little there.
  const same = new Map(
    place === 0
      ? found.comparison.flatMap((each) => (each.same === null ? [] : [[each.pointer, each.same] as const]))
      : [],
  );
  return (
    <>
      <ul className={`${sides.meta} ${looks.meta}`}>
        {[record, other].map((side, each) => (
          <Particular key={side.record_id ?? each} name={each === 0 ? t.record : t.business}>
            {side.enumerator === null
              ? t.beyond
              : `${t.by(side.enumerator)}, ${side.region_name}, ${longMoment(side.captured_at, language)}`}
          </Particular>
        ))}
        {here !== undefined && there !== undefined && (
          <li>{t.apart(distanceText(metresBetween(here, there), numeral))}</li>
        )}
      </ul>
      <SideBySide
        key={place}
        questionnaire={formOf(record.answers, other.answers)}
        one={record.answers ?? {}}
        other={other.answers ?? {}}
        titles={[t.record, t.business]}
        same={same}
      />
    </>
  );
}
