import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const STARTS = 5;

/**
 * A browser that listens, and its address. One that was killed as it started leaves things behind by which the next may end
 * at once: they are removed, and it is started again.
 */
export async function launched(
  path: string,
  args: readonly string[],
  profile: string,
  options: SpawnOptions,
): Promise<{ browser: ChildProcess; address: string }> {
  const port = join(profile, 'DevToolsActivePort');
  for (let tries = 0; tries < STARTS; tries += 1) {
    for (const name of ['DevToolsActivePort', 'SingletonLock', 'SingletonSocket', 'SingletonCookie'])
      rmSync(join(profile, name), { force: true });
    const browser = spawn(path, args, options);
    while (browser.exitCode === null && browser.signalCode === null) {
      await new Promise((later) => setTimeout(later, 20));
      const [told = '', rest] = existsSync(port) ? readFileSync(port, 'utf8').split('\n') : [];
      if (rest !== undefined) return { browser, address: `http://127.0.0.1:${told}` };
    }
  }
  throw new Error('the browser does not start');
}
