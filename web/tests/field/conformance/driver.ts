// A command that the conformance kit drives: each call starts a browser with the profile of its home, and ends with it.
// `kumkm simulate` calls it with `serve`: the browser stays, and takes the same commands as lines of JSON, each a list of
// words, until it is killed. Each is answered by a line: `{"code": 0, "told": …}`, or with a code and why.
//
// The page has an address of its own, always the same, so that its storage is; by that name the browser reaches the server
// of the kit, over a connection like any other. The browser is in the process group of this command: the kit kills both.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { chromium, type Page } from '@playwright/test';
import { build } from 'vite';
import { launched } from '../../support/launching.ts';
import { BROWSER } from '../../support/settings.ts';

const HOST = 'field.localhost';
const ORIGIN = `http://${HOST}`;
const SCRIPT = join(import.meta.dirname, '../../../node_modules/.made/field-driver/page.js');
const HOME = process.env.KUMKM_TABLET_HOME ?? '';
const SERVER = join(HOME, 'server');
const MS_A_DAY = 86_400_000;

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
  const { browser, address } = await launched(executablePath, [...args, ...own], profile, {
    stdio: 'ignore',
  });
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

const option = (words: readonly string[], name: string) => words[words.indexOf(name) + 1] ?? '';

interface Done {
  readonly code: number;
  readonly told: unknown;
}

const DONE: Done = { code: 0, told: null };
const PASSWORD = process.env.KUMKM_TABLET_PASSWORD ?? '';

/** A command in a browser that runs. */
async function perform(page: Page, words: readonly string[]): Promise<Done> {
  const [command, first = '', second = ''] = words;
  switch (command) {
    case 'enrol':
      await page.evaluate(
        ([name, password]) => window.driven.enrol(name ?? '', password ?? ''),
        [second, PASSWORD],
      );
      return DONE;
    case 'record':
      await page.evaluate(
        ([campaign, items]) => window.driven.record(campaign ?? '', items ?? ''),
        [option(words, '--campaign'), readFileSync(option(words, '--file'), 'utf8')],
      );
      return DONE;
    case 'photo':
      await page.evaluate(
        ([record, content]) => window.driven.photo(record ?? '', content ?? ''),
        [first, readFileSync(second).toString('base64')],
      );
      return DONE;
    case 'sync': {
      const fault = await page.evaluate(() => window.driven.sync());
      return fault === null ? DONE : { code: 1, told: fault };
    }
    case 'outbox':
      return { code: 0, told: { records: await page.evaluate(() => window.driven.outbox()) } };
    case 'enrolled':
      return { code: 0, told: await page.evaluate(() => window.driven.enrolled()) };
    case 'sign-in':
      await page.evaluate((password) => window.driven.signIn(password), PASSWORD);
      return DONE;
    case 'listing':
      return { code: 0, told: await page.evaluate((campaign) => window.driven.listing(campaign), first) };
    default:
      return { code: 2, told: `there is no command ${command}` };
  }
}

/** What went wrong is an answer, too: the browser stays. */
const performed = (page: Page, words: readonly string[]): Promise<Done> =>
  perform(page, words).catch((fault: unknown) => ({ code: 1, told: String(fault) }));

/** Commands from standard input, one after another, until it ends. */
async function serve(page: Page): Promise<void> {
  const answer = (done: Done) => process.stdout.write(`${JSON.stringify(done)}\n`);
  answer(DONE); // it is there
  for await (const line of createInterface({ input: process.stdin }))
    answer(await performed(page, JSON.parse(line)));
}

/** Make the page, and see that there is a browser. */
async function prepare(): Promise<number> {
  const { executablePath } = BROWSER.launchOptions;
  if (!existsSync(executablePath)) throw new Error(`there is no browser at ${executablePath}`);
  const root = import.meta.dirname;
  await build({ root, configFile: join(root, 'vite.config.ts'), logLevel: 'warn' });
  return 0;
}

async function main(words: readonly string[]): Promise<number> {
  const [command, address = ''] = words;
  if (command === 'prepare') return prepare();
  if (command === 'enrol' || command === 'serve') {
    mkdirSync(HOME, { recursive: true });
    writeFileSync(SERVER, address.replace(/\/$/, ''));
  }
  const { page, end } = await started();
  try {
    if (command === 'serve') {
      await serve(page);
      return 0;
    }
    const { code, told } = await perform(page, words);
    if (told !== null) (code === 0 ? process.stdout : process.stderr).write(`${asText(told)}\n`);
    return code;
  } finally {
    await end();
  }
}

const asText = (told: unknown) => (typeof told === 'string' ? told : JSON.stringify(told));

process.exit(
  await main(process.argv.slice(2)).catch((fault: unknown) => {
    process.stderr.write(`${String(fault)}\n`);
    return 1;
  }),
);
