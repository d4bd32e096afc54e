import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Activity } from '../../local/runtime/contract.ts';
import { synthesize } from '../../local/start/synthesis.ts';
import { Bucket } from '../../test/e2e/bucket.ts';
import { type Installation, install } from '../../test/e2e/installation.ts';
import { startBudgetServer } from '../budget/server.ts';
import type { BareAnswer, BareOrder } from './bare.ts';
import type { DeviceAnswer, DeviceOrder } from './device.ts';
import type { Moment } from './phases.ts';
import { Worker } from './process.ts';
import { watchedServer } from './watched-server.ts';

const ASSEMBLY = join(import.meta.dirname, '../../.bench/assembly');

/** A job as its caller saw it. */
export interface JobRun {
  /** From the call to the answer of `wait`. */
  readonly milliseconds: number;
  readonly moments: readonly Moment[];
  /** The job's own: `newTransactions`, `written`, … */
  readonly counts: Readonly<Record<string, number>>;
}

/** The budget on a real server, with the product on this machine, a bare process, and another device. */
export interface Household {
  /** A `sync_and_suggest`, until nothing of it is under way any more. */
  job(): Promise<JobRun>;
  /** Has the current snapshot at hand for the bare process, whatever becomes of it. */
  keepSnapshot(): Promise<void>;
  /** The floor, from the snapshot that was kept. */
  bare(): Promise<Exclude<BareAnswer, { readonly error: string }>>;
  /** So many transactions come in on another device. */
  comeIn(transactions: number): Promise<void>;
  close(): Promise<void>;
}

export async function openHousehold(): Promise<Household> {
  const parts: (() => Promise<unknown>)[] = [];
  const close = async () => {
    for (const end of parts.splice(0).toReversed()) await end();
  };
  try {
    const folder = await mkdtemp(join(tmpdir(), 'combined-'));
    parts.push(() => rm(folder, { recursive: true, force: true }));
    const budget = await startBudgetServer();
    parts.push(() => budget.close());
    const recorder = new Recorder();
    const server = await watchedServer(budget.url, (what) => recorder.note(what));
    parts.push(() => server.close());
    await synthesize(ASSEMBLY);
    const product = await install({
      assembly: ASSEMBLY,
      serverUrl: server.url,
      password: budget.password,
      onActivity: (activity) => recorder.hear(activity),
    });
    parts.push(() => product.close());
    const bucket = new Bucket(product);
    parts.push(async () => bucket.close());
    const bare = new Worker<BareOrder, BareAnswer>('bare.ts');
    parts.push(() => bare.close());
    const device = new Worker<DeviceOrder, DeviceAnswer>('device.ts');
    parts.push(() => device.close());

    const { budgetId, password } = budget;
    const order = { serverUrl: server.url, password, budgetId };
    const archive = join(folder, 'archive.zip');
    return {
      job: () => run(product, budgetId, recorder),
      async keepSnapshot() {
        const [key = ''] = await bucket.keys('archives/');
        await writeFile(archive, await bucket.read(key));
      },
      bare: () => bare.ask({ ...order, archive }),
      async comeIn(transactions) {
        await device.ask({ ...order, transactions });
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Keeps what happens, by the time since it began. */
class Recorder {
  private moments: Moment[] = [];
  private began = 0;

  begin(): void {
    this.moments = [];
    this.began = performance.now();
  }

  note(mark: Moment['mark']): void {
    this.moments.push({ at: performance.now() - this.began, mark });
  }

  hear({ functionName, kind, action = '' }: Activity): void {
    const name = /Functions(\w+)Function/.exec(functionName)?.[1] ?? functionName;
    this.note(kind === 'calls' ? `${name} calls ${action}` : `${kind} ${name}`);
  }

  seen(): readonly Moment[] {
    return [...this.moments];
  }
}

async function run(product: Installation, budgetId: string, recorder: Recorder): Promise<JobRun> {
  recorder.begin();
  const body = { type: 'sync_and_suggest', budgetId };
  const created = await product.call('POST', '/jobs', { body });
  recorder.note('created');
  const { job } = await product.ended(created.body.job.id);
  recorder.note('ended');
  if (job.status !== 'succeeded') throw new Error(`The job failed: ${job.failureReason}`);
  const moments = recorder.seen();
  await isQuiet(product, job.id);
  const milliseconds = moments.at(-1)?.at ?? 0;
  return { milliseconds, moments, counts: job.metadata.counts ?? {} };
}

const QUIET_MS = 250;

/** The last looks at the budget come after the job's end, and are not to disturb what is measured next. */
async function isQuiet({ events }: Installation, jobId: string): Promise<void> {
  while (!events.some(({ detail }) => detail.jobId === jobId)) await pause(10);
  await pause(QUIET_MS);
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
