import chromium from '@sparticuz/chromium';

const PORT = process.env.KUMKM_TEST_PORT ?? '8790';

/** A demo that runs already is taken by `KUMKM_TEST_URL=http://127.0.0.1:8000`. */
export const SERVED_BY_US = process.env.KUMKM_TEST_URL === undefined;
/** By a name, for which a browser makes passkeys; an organisation at the address itself is another site to it. */
export const DEMO = process.env.KUMKM_TEST_URL ?? `http://localhost:${PORT}`;

/** The organisation whose accounts the demo takes. */
export const ISSUER = `http://127.0.0.1:${Number(PORT) + 1}`;
export const CLIENT = { id: 'kumkm', secret: 'only for tests' };

/** Of all accounts of the demo. */
export const PASSWORD = 'demo';

/** A Chromium from npm, or that of `KUMKM_CHROMIUM`. */
export const BROWSER = {
  launchOptions: {
    executablePath: process.env.KUMKM_CHROMIUM ?? (await chromium.executablePath()),
    // Not the package's own arguments: they are for functions in a cloud, and switch off what a browser guards.
    args: [
      '--no-sandbox',
      '--no-first-run',
      '--no-pings',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-domain-reliability',
      '--disable-sync',
      '--font-render-hinting=none',
      // Pages are drawn without a graphics card, which costs half; WebGL alone has one, made of software.
      '--disable-gpu-compositing',
      '--disable-gpu-rasterization',
      '--enable-unsafe-swiftshader',
      '--in-process-gpu',
      '--use-angle=swiftshader',
    ],
  },
};
