import type { State } from '@kumkm/shared/charts/progress.ts';
import { count, percent } from '@kumkm/shared/formats/numbers.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { UnstyledButton } from '@mantine/core';
import { StateBadge } from '../../parts/state.tsx';
import { field } from '../../texts/field.ts';
import styles from './field.module.css';
import { countStates, stateOfRow } from './people.ts';
import type { ForceAnswer, ForceRow } from './queries.ts';
import { STATES } from './search.ts';

interface Told {
  readonly rows: readonly ForceRow[];
  readonly rule: ForceAnswer['rule'];
  readonly state: State | undefined;
  readonly onState: (state: State | undefined) => void;
}

/** How many are in each state, with the rule as the server tells it. Each is a filter of what stands below. */
export function States({ rows, rule, state, onState }: Told) {
  const t = useTexts(field);
  const language = useLanguage();
  const counts = countStates(rows);
  const rules = new Map(rule.map((each) => [stateOfRow(each.state), each.text]));
  // Nobody without a quota is the rule, and needs no tile.
  const shown = STATES.filter((each) => each !== 'open' || (counts.get(each) ?? 0) > 0 || state === each);
  return (
    <section className={styles.states} aria-label={t.states}>
      {shown.map((each) => {
        const people = counts.get(each) ?? 0;
        return (
          <UnstyledButton
            key={each}
            className={styles.state}
            data-state={each}
            aria-pressed={state === each}
            onClick={() => onState(state === each ? undefined : each)}
          >
            <StateBadge state={each} {...(each === 'open' ? { word: t.noQuota } : {})} />
            <span className={styles.people}>
              <strong>{count(people, language)}</strong>
              <span>
                {t.ofAll(percent(rows.length === 0 ? null : (people / rows.length) * 100, language, 0))}
              </span>
            </span>
            <span className={styles.rule}>{each === 'open' ? t.noQuotaRule : sentence(rules.get(each))}</span>
          </UnstyledButton>
        );
      })}
    </section>
  );
}

/** The rule without the state's word in front: that stands above it already. */
function sentence(text: string | undefined): string {
  const rest = text?.replace(/^[^:]{1,30}: /, '') ?? '';
  return rest.charAt(0).toUpperCase() + rest.slice(1);
}
