// A command that the conformance kit drives: each call starts a browser with the profile of its home, and ends with it.
//
// The page has an address of its own, always the same, so that its storage is; by that name the browser reaches the server
// of the kit, over a connection like any other. The browser is in the process group of this command: the kit kills both.

import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Page } from '@playwright/test';
import { BROWSER } from '../../support/settings.ts';

const HOST = 'field.localhost';
const ORIGIN = `http://${HOST}`;
const SCRIPT = join(import.meta.dirname, '../../../node_modules/.made/field-driver/page.js');
const HOME = process.env.KUMKM_TABLET_HOME ?? '';
const SERVER = join(HOME, 'server');
const MS_A_DAY = 86_400_000;
const STARTS = 5;

async function started(): Promise<{ page: Page; end: () => Promise<void> }> {
  const profile = join(HOME, 'profile');
  mkdirSync(profile, { recursive: true });
  const { executablePath, args } = BROWSER.launchOptions;
  const { host } = new URL(readFileSync(SERVER, 'utf8'));
  const named = [
    `--host-resolver-rules=MAP ${HOST} ${host.replace('localhost', '127.0.0.1')}`,
    '--disable-features=LocalNetworkAccessChecks', // the page is made up, and the kit's server is on this machine
  ];
  const own = [
    ...named,
    '--headless',
    '--remote-debugging-port=0',
    `--user-data-dir=${profile}`,
    'about:blank',
  ];
  const { browser, address } = await launched(executablePath, [...args, ...own], profile);
  const connected = await chromium.connectOverCDP(address);
  const page = connected.contexts()[0]?.pages()[0];
  if (page === undefined) throw new Error('the browser has no page');
  const ahead = Number(process.env.KUMKM_TABLET_CLOCK_DAYS ?? 0) * MS_A_DAY;
  await page.addInitScript((ms) => {
    const now = Date.now.bind(Date);
    Date.now = () => now() + ms;
  }, ahead);
  await page.route(`${ORIGIN}/lapangan/*`, (route) =>
    new URL(route.request().url()).pathname === '/lapangan/'
      ? route.fulfill({ contentType: 'text/html', body: '<script type="module" src="./page.js"></script>' })
      : route.fulfill({ contentType: 'text/javascript', body: readFileSync(SCRIPT) }),
  );
  page.on('pageerror', (fault) => process.stderr.write(`${fault.message}\n`));
  await page.goto(`${ORIGIN}/lapangan/`);
  await page.waitForFunction(() => window.driven !== undefined);
  await page.evaluate(() => window.driven.open());
  const end = async () => {
    const gone = new Promise((done) => browser.once('exit', done));
    browser.kill('SIGTERM');
    await gone;
  };
  return { page, end };
}

/** A browser that listens. One that was killed as it started leaves things behind by which the next may end at once. */
async function launched(
  path: string,
  args: readonly string[],
  profile: string,
): Promise<{ browser: ChildProcess; address: string }> {
  const port = join(profile, 'DevToolsActivePort');
  for (let tries = 0; tries < STARTS; tries += 1) {
    for (const name of ['DevToolsActivePort', 'SingletonLock', 'SingletonSocket', 'SingletonCookie'])
      rmSync(join(profile, name), { force: true });
    const browser = spawn(path, args, { stdio: 'ignore' });
    while (browser.exitCode === null && browser.signalCode === null) {
      await new Promise((later) => setTimeout(later, 20));
      const [told = '', rest] = existsSync(port) ? readFileSync(port, 'utf8').split('\n') : [];
      if (rest !== undefined) return { browser, address: `http://127.0.0.1:${told}` };
    }
  }
  throw new Error('the browser does not start');
}

const option = (name: string) => process.argv[process.argv.indexOf(name) + 1] ?? '';

async function main(command: string, ...rest: string[]): Promise<number> {
  if (command === 'enrol') writeFileSync(SERVER, (rest[0] ?? '').replace(/\/$/, ''));
  const { page, end } = await started();
  try {
    switch (command) {
      case 'enrol':
        await page.evaluate(
          ([name, password]) => window.driven.enrol(name ?? '', password ?? ''),
          [rest[1], process.env.KUMKM_TABLET_PASSWORD],
        );
        return 0;
      case 'record':
        await page.evaluate(
          ([campaign, items]) => window.driven.record(campaign ?? '', items ?? ''),
          [option('--campaign'), readFileSync(option('--file'), 'utf8')],
        );
        return 0;
      case 'photo':
        await page.evaluate(
          ([record, content]) => window.driven.photo(record ?? '', content ?? ''),
          [rest[0], readFileSync(rest[1] ?? '').toString('base64')],
        );
        return 0;
      case 'sync': {
        const fault = await page.evaluate(() => window.driven.sync());
        if (fault !== null) process.stderr.write(`${fault}\n`);
        return fault === null ? 0 : 1;
      }
      case 'outbox':
        process.stdout.write(
          `${JSON.stringify({ records: await page.evaluate(() => window.driven.outbox()) })}\n`,
        );
        return 0;
      default:
        return 2;
    }
  } finally {
    await end();
  }
}

process.exit(
  await main(process.argv[2] ?? '', ...process.argv.slice(3)).catch((fault: unknown) => {
    process.stderr.write(`${String(fault)}\n`);
    return 1;
  }),
);
