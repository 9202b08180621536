// A tablet beside a model server, with one clock that only waiting moves, and a process that can be killed at any step.

import { MemoryStore, UNSEALED } from '../memory-store.ts';
import { Tablet } from '../tablet.ts';
import { Waiting } from '../waiting.ts';
import { ModelServer } from './model-server.ts';

export class Killed extends Error {}

export class Bench {
  now = Date.UTC(2022, 8, 12);
  readonly slept: number[] = [];
  private steps = Number.POSITIVE_INFINITY;
  private dead = false;
  readonly server = new ModelServer(
    () => this.now,
    () => this.step(),
  );
  readonly store = new MemoryStore(() => this.step());
  tablet: Tablet;

  /** @param skew by which the tablet's clock is ahead, in seconds. */
  constructor(
    private readonly skew = 0,
    private readonly random: () => number = Math.random,
  ) {
    this.tablet = this.started();
  }

  /** The process ends at the step of that number from here, counted from 0. */
  killAt(step: number): void {
    this.steps = step;
  }

  /** A new process on what is on disk. */
  restart(): void {
    if (this.dead) this.server.forgiveWaits();
    this.dead = false;
    this.steps = Number.POSITIVE_INFINITY;
    this.tablet = this.started();
  }

  private started(): Tablet {
    return new Tablet(this.store, UNSEALED, {
      ...{ server: 'https://server.test', fetch: this.server.fetch, waiting: new Waiting(this.random, 4) },
      ...{ language: 'id', appVersion: 'test/1', now: () => this.now + this.skew * 1000 },
      sleep: async (seconds) => {
        this.step();
        this.slept.push(seconds);
        this.now += seconds * 1000;
      },
    });
  }

  private step(): void {
    this.steps -= 1;
    if (this.dead || this.steps < 0) {
      this.dead = true;
      throw new Killed();
    }
  }
}
