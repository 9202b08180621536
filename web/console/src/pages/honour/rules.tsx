import { monthOf } from '@kumkm/shared/formats/dates.ts';
import { count, rupiah } from '@kumkm/shared/formats/numbers.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { Section } from '../../parts/section.tsx';
import { Sure } from '../../parts/sure.tsx';
import surfaces from '../../parts/surfaces.module.css';
import { type Column, DataTable } from '../../parts/table/table.tsx';
import { honour } from '../../texts/honour.ts';
import { countedOf, HONOUR, putRules, type Rule } from './queries.ts';
import { RuleForm } from './rule-form.tsx';

interface Told {
  readonly answer: { readonly campaign: string; readonly rules: readonly Rule[] };
  readonly mayChange: boolean;
}

/** What is paid, from which month on. */
export function Rules({ answer, mayChange }: Told) {
  const t = useTexts(honour);
  const language = useLanguage();
  const client = useQueryClient();
  const { campaign, rules } = answer;
  const [changing, setChanging] = useState<Rule | 'new'>();
  const [removing, setRemoving] = useState<Rule>();
  async function save(next: readonly Rule[]): Promise<void> {
    await putRules(campaign, next);
    await client.invalidateQueries({ queryKey: HONOUR });
  }
  const columns = useMemo((): readonly Column<Rule>[] => {
    const shown: Column<Rule>[] = [
      {
        key: 'from',
        label: t.from,
        card: 'heading',
        cell: (row) => monthOf(row.valid_from, language),
      },
      { key: 'rate', label: t.rate, end: true, cell: (row) => rupiah(row.rate, language) },
      {
        key: 'cap',
        label: t.cap,
        end: true,
        cell: (row) => (row.cap === null ? t.noCap : count(row.cap, language)),
      },
      { key: 'counts', label: t.counts, cell: (row) => t.counted[countedOf(row.counts)] },
      { key: 'decree', label: t.decree, cell: (row) => row.decree },
    ];
    if (!mayChange) return shown;
    const named = (row: Rule) => monthOf(row.valid_from, language);
    return [
      ...shown,
      {
        key: 'change',
        label: t.action,
        cell: (row) => (
          <Button.Group className="no-print">
            <Button
              variant="default"
              size="xs"
              aria-label={t.changeOf(named(row))}
              onClick={() => setChanging(row)}
            >
              {t.change}
            </Button>
            <Button
              variant="default"
              size="xs"
              aria-label={t.removeOf(named(row))}
              onClick={() => setRemoving(row)}
            >
              {t.remove}
            </Button>
          </Button.Group>
        ),
      },
    ];
  }, [t, language, mayChange]);
  return (
    <Section
      title={t.rules}
      about={[t.rulesAbout]}
      aside={
        mayChange && (
          <Button variant="default" size="md" onClick={() => setChanging('new')}>
            {t.newRule}
          </Button>
        )
      }
    >
      {rules.length === 0 ? (
        <p className={surfaces.none}>{mayChange ? t.noRulesAdmin : t.noRules}</p>
      ) : (
        <DataTable caption={t.rules} columns={columns} rows={rules} rowKey={(row) => row.valid_from} />
      )}
      {changing !== undefined && (
        <RuleForm
          rule={changing === 'new' ? undefined : changing}
          save={async (rule) =>
            await save([
              ...rules.filter((each) => each !== changing && each.valid_from !== rule.valid_from),
              rule,
            ])
          }
          onClose={() => setChanging(undefined)}
        />
      )}
      {removing !== undefined && (
        <Sure
          title={t.removeOf(monthOf(removing.valid_from, language))}
          words={t.removeWords}
          doIt={t.remove}
          danger
          act={async () => await save(rules.filter((each) => each !== removing))}
          onClose={() => setRemoving(undefined)}
        />
      )}
    </Section>
  );
}
