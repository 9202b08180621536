import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, expect, type Page } from '@playwright/test';
import { BROWSER } from './settings.ts';

/** A browser with a profile of its own, which can be killed as a machine kills it. */
export class Killable {
  private process: ChildProcess | null = null;
  readonly profile = mkdtempSync(join(tmpdir(), 'kumkm-field-'));

  get isAlive(): boolean {
    return this.process !== null && this.process.exitCode === null && this.process.signalCode === null;
  }

  async start(): Promise<Page> {
    const { executablePath, args } = BROWSER.launchOptions;
    const port = join(this.profile, 'DevToolsActivePort');
    rmSync(port, { force: true });
    this.process = spawn(
      executablePath,
      [
        ...args,
        '--headless',
        '--remote-debugging-port=0',
        `--user-data-dir=${this.profile}`,
        '--window-size=360,780',
        'about:blank',
      ],
      { stdio: 'ignore', detached: true },
    );
    await expect.poll(() => existsSync(port) && readFileSync(port, 'utf8').includes('\n')).toBe(true);
    const browser = await chromium.connectOverCDP(
      `http://127.0.0.1:${readFileSync(port, 'utf8').split('\n')[0]}`,
    );
    const [context] = browser.contexts();
    if (context === undefined) throw new Error('no context');
    return context.pages()[0] ?? (await context.newPage());
  }

  /** SIGKILL to it and all that it started. */
  async kill(): Promise<void> {
    const { process: killed } = this;
    if (killed?.pid === undefined) return;
    const gone = new Promise((done) => killed.once('exit', done));
    process.kill(-killed.pid, 'SIGKILL');
    await gone;
    this.process = null;
  }

  async end(): Promise<void> {
    await this.kill();
    rmSync(this.profile, { recursive: true, force: true, maxRetries: 5 });
  }
}
