import { defineConfig } from '@playwright/test';
import { ALONE, CHOSEN } from './support/forms.ts';
import { BROWSER, CLIENT, DEMO, ISSUER, SERVED_BY_US } from './support/settings.ts';

// One demo for all tests: its figures are those of the morning. A test that changes anything takes records that no
// other one looks at.
export default defineConfig({
  testDir: '.',
  testMatch: ['console/**/*.spec.ts', 'field/**/*.spec.ts'],
  ...CHOSEN,
  outputDir: 'results',
  fullyParallel: false,
  workers: ALONE ? 1 : 2,
  retries: 0,
  forbidOnly: process.env.CI !== undefined,
  reporter: [['list']],
  timeout: 60_000, // a machine of two cores serves, draws and is measured at once
  expect: { timeout: 10_000 },
  use: {
    baseURL: DEMO,
    locale: 'id-ID',
    timezoneId: 'Asia/Jakarta',
    viewport: { width: 1440, height: 900 },
    contextOptions: { reducedMotion: 'reduce' }, // no finding and no picture of something on its way
    screenshot: 'only-on-failure',
    trace: process.env.KUMKM_TRACE === undefined ? 'off' : 'retain-on-failure', // half of a test's time
    ...BROWSER,
  },
  ...(SERVED_BY_US
    ? {
        webServer: {
          command: '../../.venv/bin/python support/demo.py',
          url: `${DEMO}/readyz`,
          env: {
            KUMKM_PUBLIC_ORIGIN: DEMO,
            KUMKM_OIDC_ISSUER: ISSUER,
            KUMKM_OIDC_CLIENT_ID: CLIENT.id,
            KUMKM_OIDC_CLIENT_SECRET: CLIENT.secret,
            KUMKM_OIDC_NAME: 'SSO Kabupaten OKU',
          },
          timeout: 180_000,
          gracefulShutdown: { signal: 'SIGTERM' as const, timeout: 20_000 },
          stdout: 'ignore' as const,
        },
      }
    : {}),
});
