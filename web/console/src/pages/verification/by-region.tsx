import { percent } from '@kumkm/shared/formats/numbers.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { Link } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { levelBelow } from '../../data/codes.ts';
import { ChoiceField } from '../../parts/choice-field.tsx';
import { Section } from '../../parts/section.tsx';
import surfaces from '../../parts/surfaces.module.css';
import { figuresIn } from '../../parts/table/figures.ts';
import { type Column, DataTable } from '../../parts/table/table.tsx';
import { Ways } from '../../parts/ways.tsx';
import { overview } from '../../texts/overview.ts';
import { verification } from '../../texts/verification.ts';
import { viewOf } from '../../view.ts';
import { KINDS, type Kind, STATES } from './asking.ts';
import { answeredPart, type Part, partsOf } from './parts.ts';
import type { Summary } from './queries.ts';

/** The regions right below: how much of their numbers is confirmed, of one kind at a time. */
export function ByRegion({ code, summary }: { readonly code: string; readonly summary: Summary }) {
  const t = useTexts(verification);
  const o = useTexts(overview);
  const language = useLanguage();
  const [kind, setKind] = useState<Kind>('nik');
  const rows = useMemo(() => partsOf(summary, kind), [summary, kind]);
  const columns = useMemo((): readonly Column<Part>[] => {
    const figure = figuresIn<Part>(language);
    return [
      {
        key: 'region',
        label: t.region,
        card: 'heading',
        by: (row) => row.name,
        cell: (row) => (
          <Link
            from="/konfirmasi"
            to="/konfirmasi"
            search={(before) => ({ ...viewOf(before), region: row.code })}
            className={surfaces.leads}
          >
            {row.name}
          </Link>
        ),
      },
      { ...figure('total', t.numbers, (row) => row.total), card: 'hidden' },
      ...STATES.map(
        (state): Column<Part> => ({
          ...figure(state, t.states[state], (row) => row[state]),
          ...(state === 'match' ? { card: 'hidden' as const } : {}),
        }),
      ),
      figure('answered', t.answeredPart, answeredPart, percent),
    ];
  }, [t, language]);
  if (summary.below.length === 0) return null;
  const title = t.byRegion(o.levels[levelBelow(code)].toLowerCase());
  return (
    <Section
      title={title}
      ways={
        <Ways
          title={`${title} ${t.kinds[kind]}`}
          rows={rows}
          file={summary.region_name}
          columns={[
            { title: o.code, value: (row) => row.code },
            { title: t.region, value: (row) => row.name },
            { title: t.numbers, value: (row) => row.total },
            ...STATES.map((state) => ({ title: t.states[state], value: (row: Part) => row[state] })),
          ]}
        />
      }
      aside={<ChoiceField label={t.kind} of={KINDS} names={t.kinds} value={kind} onChange={setKind} />}
    >
      <DataTable
        caption={`${title}, ${t.kinds[kind]}`}
        columns={columns}
        rows={rows}
        rowKey={(row) => row.code}
      />
    </Section>
  );
}
