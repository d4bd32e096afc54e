import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { type Timestamp, timestamp } from '../../../functions/domain/ids.ts';
import type { Random } from '../random.ts';
import type { VirtualTime } from '../time.ts';
import type { Faults } from './faults.ts';

/** Milliseconds that a call takes on its way there and back. */
const QUICK = 2;
const SLOW = 3_000;
/** Sending changes to the Actual server and having them taken in. */
const SENDING_MS = 600_000;
/** A call that is stuck takes up to 20 minutes, longer than any function has. */
const STUCK_MS = 20 * 60_000;
const HOUR_MS = 3_600_000;
/** How far clocks of one region are apart, at most. */
const SKEW_MS = 1_500;

/** What all processes of a simulation share. */
export interface Surroundings {
  readonly time: VirtualTime;
  readonly random: Random;
  readonly faults: Faults;
  readonly trace: (line: () => string) => void;
}

/** A service that could not be reached, or refused for load. */
class ServiceError extends Error {
  override readonly name = 'ServiceUnavailable';
}

export interface ProcessOptions {
  readonly clock: 'right' | 'back';
  /** When Lambda ends it, by the right clock. */
  readonly deadline: number;
}

/**
 * A process of ours: everything it does outside itself goes through `call`, and there it can die, wait, or be told
 * what is not so.
 */
export class Process {
  readonly name: string;
  private readonly surroundings: Surroundings;
  private readonly clockError: number;
  private readonly deadline: number;
  private made = 0;
  private over = false;
  /** What is on its way and has not taken effect yet. */
  private readonly underWay = new Set<() => void>();
  /** Told when the process dies of itself. */
  onDeath: () => void = () => {};

  constructor(name: string, surroundings: Surroundings, { clock, deadline }: ProcessOptions) {
    this.name = name;
    this.deadline = deadline;
    this.surroundings = surroundings;
    const { random } = surroundings;
    this.clockError = clock === 'back' ? -HOUR_MS : random.int(-SKEW_MS, SKEW_MS);
  }

  get alive(): boolean {
    return !this.over;
  }

  /** Ends without having its say. What is on its way just then takes effect, or never will. */
  kill(): void {
    if (this.over) return;
    this.over = true;
    for (const effect of this.underWay) if (this.surroundings.random.chance(0.5)) effect();
    this.underWay.clear();
  }

  readonly now = (): Timestamp =>
    timestamp(new Date(this.surroundings.time.now + this.clockError).toISOString());

  /** As Lambda's runtime says it: its deadline less the time on the process's own clock. */
  readonly millisecondsLeft = (): number =>
    this.deadline - (this.surroundings.time.now + this.clockError);

  /** A UUIDv7 by the process's clock. */
  readonly newId = (): string => {
    const { random, time } = this.surroundings;
    const at = (time.now + this.clockError).toString(16).padStart(12, '0');
    const count = (this.made++ % 0x1000).toString(16).padStart(3, '0');
    const tail = random.int(0, 0xffffff).toString(16).padStart(12, '0');
    return `${at.slice(0, 8)}-${at.slice(8)}-7${count}-8000-${tail}`;
  };

  readonly sleep = (milliseconds: number): Promise<void> =>
    new Promise((resolve) => {
      this.surroundings.time.after(milliseconds, () => {
        if (!this.over) resolve();
      });
    });

  /**
   * Does something outside the process. It takes effect at one moment, or not at all.
   *
   * @param label what is done, for the trace.
   * @param kind 'transaction' when another one may be in its way, 'sending' when it is slow by its nature.
   */
  call<Result>(
    label: () => string,
    effect: () => Result,
    kind: 'request' | 'transaction' | 'sending' = 'request',
  ): Promise<Result> {
    const { time, random, faults, trace } = this.surroundings;
    const fault = faults.ofCall(kind === 'transaction');
    const slow = kind === 'sending' ? SENDING_MS : SLOW;
    const there = fault === 'stuck' ? random.int(60_000, STUCK_MS) : random.skewed(QUICK, slow);
    return new Promise((resolve, reject) => {
      if (this.over) return;
      const takeEffect = () => {
        trace(() => `${this.name}: ${label()} [as it ended]`);
        attempted(effect);
      };
      if (fault === undefined) this.underWay.add(takeEffect);
      time.after(there, () => {
        if (this.over) return;
        this.underWay.delete(takeEffect);
        const note = fault === undefined ? '' : ` [${fault}]`;
        if (fault === 'crash before') {
          trace(() => `${this.name}: ${label()}${note}`);
          this.die();
          return;
        }
        const answer =
          fault === 'refused'
            ? failed(new ServiceError('Throttled'))
            : fault === 'conflict'
              ? failed(transactionConflict())
              : attempted(effect);
        trace(
          () =>
            `${this.name}: ${label()}${note}${answer.kind === 'failed' ? ` → ${answer.error}` : ''}`,
        );
        if (fault === 'crash after') {
          this.die();
          return;
        }
        time.after(random.skewed(QUICK, SLOW), () => {
          if (this.over) return;
          if (fault === 'lost answer') reject(new ServiceError('Timed out'));
          else if (answer.kind === 'failed') reject(answer.error);
          else resolve(answer.result);
        });
      });
    });
  }

  private die(): void {
    this.kill();
    this.onDeath();
  }
}

type Attempt<Result> =
  | { readonly kind: 'done'; readonly result: Result }
  | { readonly kind: 'failed'; readonly error: unknown };

function attempted<Result>(effect: () => Result): Attempt<Result> {
  try {
    return { kind: 'done', result: effect() };
  } catch (error) {
    return failed(error);
  }
}

function failed(error: unknown): { readonly kind: 'failed'; readonly error: unknown } {
  return { kind: 'failed', error };
}

function transactionConflict(): Error {
  return new TransactionCanceledException({
    message: 'Transaction cancelled',
    $metadata: {},
    CancellationReasons: [{ Code: 'TransactionConflict' }],
  });
}
