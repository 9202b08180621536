import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Page } from '@playwright/test';
import { launched } from './launching.ts';
import { BROWSER } from './settings.ts';

/** A browser with a profile of its own, which can be killed as a machine kills it. */
export class Killable {
  private process: ChildProcess | null = null;
  readonly profile = mkdtempSync(join(tmpdir(), 'kumkm-field-'));

  async start(): Promise<Page> {
    const { executablePath, args } = BROWSER.launchOptions;
    const own = [
      '--headless',
      '--remote-debugging-port=0',
      `--user-data-dir=${this.profile}`,
      '--window-size=360,780',
      'about:blank',
    ];
    const { browser, address } = await launched(executablePath, [...args, ...own], this.profile, {
      stdio: 'ignore',
      detached: true,
    });
    this.process = browser;
    const connected = await chromium.connectOverCDP(address);
    const [context] = connected.contexts();
    if (context === undefined) throw new Error('no context');
    return context.pages()[0] ?? (await context.newPage());
  }

  /** SIGKILL to it and all that it started. */
  async kill(): Promise<void> {
    const { process: killed } = this;
    if (killed?.pid === undefined || killed.exitCode !== null || killed.signalCode !== null) return;
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
