import chromium from '@sparticuz/chromium';

const PORT = process.env.KUMKM_TEST_PORT ?? '8790';

/** A demo that runs already is taken by `KUMKM_TEST_URL=http://127.0.0.1:8000`. */
export const SERVED_BY_US = process.env.KUMKM_TEST_URL === undefined;
export const DEMO = process.env.KUMKM_TEST_URL ?? `http://127.0.0.1:${PORT}`;

// The package's arguments are for functions in a cloud; these three would leave no service worker and no storage.
const UNWANTED = new Set(['--single-process', '--no-zygote', '--incognito']);
const QUIET = [
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
  '--no-sandbox',
];

/** A Chromium from npm, or that of `KUMKM_CHROMIUM`. */
export const BROWSER = {
  launchOptions: {
    executablePath: process.env.KUMKM_CHROMIUM ?? (await chromium.executablePath()),
    args: [
      ...chromium.args.filter((each) => !UNWANTED.has(each) && !each.startsWith('--headless')),
      ...QUIET,
    ],
  },
};
