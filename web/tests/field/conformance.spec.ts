import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { build } from 'vite';
import { DEMO, expect, PASSWORD, test } from '../support/test.ts';

const ROOT = join(import.meta.dirname, '../../..');
const FOLDER = join(import.meta.dirname, 'conformance');

/** What the storage decides: what is on the disk before something is sent, and after the process was killed. */
const OF_STORAGE = ['R03', 'R10', 'R18', 'R31', 'R41', 'R50'];
/** `KUMKM_KIT=all` has every rule: a quarter of an hour, most of it browsers that start. */
const ALL = process.env.KUMKM_KIT === 'all';

test('the kit finds nothing against the storage and the protocol of the app in a real browser @long', async () => {
  test.setTimeout(30 * 60_000);
  await build({ root: FOLDER, configFile: join(FOLDER, 'vite.config.ts'), logLevel: 'warn' });
  const client = `${process.execPath} ${join(FOLDER, 'driver.ts')}`;
  const kit = spawn(
    join(ROOT, '.venv/bin/kumkm-tablet'),
    [
      ...[
        'conformance',
        DEMO.replace('localhost', '127.0.0.1'),
        'enumerator.83',
        '--client',
        client,
        '--json',
      ],
      ...(ALL ? [] : OF_STORAGE.flatMap((rule) => ['--only', rule])),
    ],
    { env: { ...process.env, KUMKM_TABLET_PASSWORD: PASSWORD }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let [out, faults] = ['', ''];
  kit.stdout.on('data', (part) => {
    out += part;
  });
  kit.stderr.on('data', (part) => {
    faults += part;
  });
  await new Promise((done) => kit.once('exit', done));
  expect(out, faults).toContain('{');
  const report = JSON.parse(out);
  const broken = Object.entries(report.rules).filter(([, why]) => why !== null);
  expect(broken).toEqual([]);
  expect(Object.keys(report.not_judged)).toEqual([]);
  expect(Object.keys(report.rules).length).toBeGreaterThan(ALL ? 50 : OF_STORAGE.length - 1);
});
