import { api, got } from '@kumkm/shared/api/client.ts';
import { longDay } from '@kumkm/shared/formats/dates.ts';
import { count } from '@kumkm/shared/formats/numbers.ts';
import { useLanguage, useTexts } from '@kumkm/shared/texts/language.ts';
import { Button } from '@mantine/core';
import { IconUserPlus, IconUsersPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { useMe } from '../../data/me.ts';
import { Empty } from '../../parts/empty.tsx';
import { Fault } from '../../parts/fault.tsx';
import { Waiting } from '../../parts/loading.tsx';
import surfaces from '../../parts/surfaces.module.css';
import { people } from '../../texts/people.ts';
import { useView } from '../../view.ts';
import { EnterDialog } from './enter.tsx';
import { More } from './more.tsx';
import styles from './people.module.css';
import { type Team, teamsQuery, usePages } from './queries.ts';

/** Teams with their members. */
export function Teams() {
  const t = useTexts(people);
  const me = useMe();
  const { campaign } = useView();
  const list = usePages(teamsQuery(campaign));
  const [making, setMaking] = useState(false);
  const [joining, setJoining] = useState<Team | undefined>(undefined);
  const office = me?.role === 'officer' || me?.role === 'admin';
  const known = campaign ?? list.rows[0]?.campaign ?? '';
  return (
    <>
      {office && (
        <div className={styles.bar}>
          <span className={styles.grow} />
          <Button leftSection={<IconUsersPlus aria-hidden size={18} />} onClick={() => setMaking(true)}>
            {t.newTeam}
          </Button>
        </div>
      )}
      {list.fault !== null && <Fault fault={list.fault} again={list.again} />}
      {list.pending && list.fault === null && <Waiting rows={3} height={160} />}
      {!list.pending && list.rows.length === 0 && <Empty title={t.noTeams} />}
      <div className={styles.teams}>
        {list.rows.map((team) => (
          <TeamCard key={team.id} team={team} {...(office ? { onJoin: () => setJoining(team) } : {})} />
        ))}
      </div>
      <More more={list.more} />
      {making && (
        <EnterDialog
          title={t.newTeam}
          doIt={t.save}
          fields={[
            { key: 'campaign', label: t.campaign, initial: known },
            { key: 'region', label: t.region, initial: me?.region_code ?? '' },
            { key: 'name', label: t.name },
            { key: 'coordinator', label: t.teamCoordinator },
          ]}
          enter={(value) =>
            got(
              api.PUT('/v1/teams', {
                body: {
                  campaign: value('campaign'),
                  region_code: value('region'),
                  name: value('name'),
                  coordinator: value('coordinator'),
                },
              }),
            )
          }
          onClose={() => setMaking(false)}
        />
      )}
      {joining !== undefined && (
        <EnterDialog
          title={`${t.addMember} · ${joining.name}`}
          doIt={t.save}
          fields={[
            { key: 'enumerator', label: t.enumeratorUsername },
            { key: 'from', label: t.from, type: 'date' },
            { key: 'until', label: t.until, type: 'date', optional: true, hint: t.endsHint },
            { key: 'quota', label: t.quota, type: 'number' },
          ]}
          enter={(value) =>
            got(
              api.PUT('/v1/teams/members', {
                body: {
                  campaign: joining.campaign,
                  region_code: joining.region_code,
                  team: joining.name,
                  enumerator: value('enumerator'),
                  starts_on: value('from'),
                  ends_on: value('until') === '' ? null : value('until'),
                  quota: Number(value('quota')),
                },
              }),
            )
          }
          onClose={() => setJoining(undefined)}
        />
      )}
    </>
  );
}

function TeamCard({ team, onJoin }: { readonly team: Team; readonly onJoin?: () => void }) {
  const t = useTexts(people);
  const language = useLanguage();
  return (
    <section className={`${surfaces.panel} ${styles.team}`} aria-label={team.name}>
      <h2>{team.name}</h2>
      <p className={styles.quiet}>
        {t.coordinator}: {team.coordinator.name} · {team.region_code} ·{' '}
        {t.memberCount(count(team.members.length, language))}
      </p>
      <ul>
        {team.members.map((member) => (
          <li key={`${member.enumerator.id} ${member.starts_on}`}>
            <span>
              {member.enumerator.name}
              <br />
              <span className={styles.quiet}>
                {longDay(member.starts_on, language)} –{' '}
                {member.ends_on === null ? t.toTheEnd : longDay(member.ends_on, language)}
              </span>
            </span>
            <span className="figures">
              {t.quota} {count(member.quota, language)}
            </span>
          </li>
        ))}
      </ul>
      {onJoin !== undefined && (
        <Button
          variant="subtle"
          mt="sm"
          leftSection={<IconUserPlus aria-hidden size={16} />}
          onClick={onJoin}
        >
          {t.addMember}
        </Button>
      )}
    </section>
  );
}
