import { setTimeout } from 'node:timers/promises';
import type { JobType } from '../../functions/domain/job.ts';
import { type ActualServer, startActualServer } from '../actual/actual-server.ts';
import { householdDoes } from '../actual/household.ts';
import { synthesized } from './assemblies.ts';
import { deliverScheduledTime, type Installation, install } from './installation.ts';
import { type DetailedUsage, UsageReader } from './usage.ts';

/** A household whose jobs run one after the other, so that what each of them uses can be told. */
export class MeasuredHousehold {
  readonly product: Installation;
  readonly budgetId: string;
  private readonly server: ActualServer;
  private scheduledYear = 2199;

  private constructor(product: Installation, server: ActualServer, budgetId: string) {
    this.product = product;
    this.server = server;
    this.budgetId = budgetId;
  }

  /** With a budget of 34 transactions that no job has seen. */
  static async open(
    hooks: Pick<Parameters<typeof install>[0], 'onInvocation' | 'onTableCall'> = {},
  ): Promise<MeasuredHousehold> {
    const server = await startActualServer();
    try {
      const changes = [{ do: 'create', transactions: 30 }, { do: 'reset' }] as const;
      const budgetId = await householdDoes(server.url, changes);
      const schedule = { name: 'new-year', budgetId, expression: 'cron(0 0 1 1 ? 2199)' };
      const assembly = await synthesized({ schedules: [schedule] });
      const product = await install({ assembly, serverUrl: server.url, ...hooks });
      return new MeasuredHousehold(product, server, budgetId);
    } catch (error) {
      await server.remove();
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.product.close();
    await this.server.remove();
  }

  /** Runs a job to its end and the last word about it. @throws Error when it does not succeed. */
  async measure(
    type: JobType,
    options: Readonly<Record<string, unknown>> = {},
  ): Promise<DetailedUsage> {
    const reader = new UsageReader(this.product);
    await reader.begin();
    const id = await this.create(type, options);
    const { status, failureCode } = (await this.product.ended(id)).job;
    if (status !== 'succeeded') throw new Error(`${type} ${status}: ${failureCode}`);
    for (;;) {
      const usage = await reader.usageOf(id);
      if (usage !== undefined) return usage;
      await setTimeout(50);
    }
  }

  /** All suggestions of the budget, by their ids. */
  async suggestionIds(): Promise<readonly string[]> {
    const path = `/budgets/${this.budgetId}/suggestions?limit=100`;
    const { body } = await this.product.call('GET', path);
    return body.suggestions.map(({ id }: { readonly id: string }) => id);
  }

  async approve(ids: readonly string[]): Promise<void> {
    const decisions = ids.map((id) => ({ id, status: 'approved' }));
    await this.product.call('PATCH', `/budgets/${this.budgetId}/suggestions`, {
      body: { decisions },
    });
  }

  private async create(type: JobType, options: Readonly<Record<string, unknown>>): Promise<string> {
    const { budgetId } = this;
    if (type !== 'scheduled_sync_and_suggest') {
      const body = { type, budgetId, ...options };
      return (await this.product.call('POST', '/jobs', { body })).body.job.id;
    }
    const scheduledTime = `${this.scheduledYear}-01-01T00:00:00Z`;
    this.scheduledYear += 1;
    const time = { schedule: 'new-year', budgetId, scheduledTime };
    return (await deliverScheduledTime(this.product, time)).jobId;
  }
}

/** Runs a job to its end. */
export interface Measuring<Measured> {
  measure(type: JobType, options?: Readonly<Record<string, unknown>>): Promise<Measured>;
}

export interface Measurements<Measured> {
  /** Of a job of each type with nothing new. */
  readonly ofTypes: ReadonlyMap<JobType, Measured>;
  /** The same as some of them have, with more suggestions to write or to apply. */
  readonly proposing: Measured;
  readonly applyingApproved: Measured;
  readonly applyingPending: Measured;
  /** How many suggestions those wrote or applied. */
  readonly proposed: number;
  readonly approved: number;
  readonly pending: number;
}

const APPROVED = 10;

/** Runs a job of each type, each at a time when it has nothing new to do; first those that make it so. */
export async function measureOneOfEach<Measured>(
  household: MeasuredHousehold,
  measuring: Measuring<Measured>,
  progress: (line: string) => void = () => {},
): Promise<Measurements<Measured>> {
  const ofTypes = new Map<JobType, Measured>();
  const measure = async (type: JobType, options: Readonly<Record<string, unknown>> = {}) => {
    progress(type);
    ofTypes.set(type, await measuring.measure(type, options));
  };
  await measuring.measure('budget_sync');
  const proposing = await measuring.measure('suggestions_generate');
  const ids = await household.suggestionIds();
  const [suggestionId = '', ...others] = ids;

  await measure('budget_sync');
  await measure('suggestions_generate');
  await measure('sync_and_suggest');
  await measure('scheduled_sync_and_suggest');
  await measure('suggestions_retry_payee', { suggestionId });
  await measure('snapshot_create');
  await measure('suggestions_apply', { suggestionIds: [suggestionId] });
  await household.approve(others.slice(0, APPROVED));
  const applyingApproved = await measuring.measure('suggestions_apply');
  const applyingPending = await measuring.measure('suggestions_apply', { minConfidence: 0 });
  // Last: what is pending when a snapshot is distrusted is dropped, and by now nothing is.
  await measure('snapshot_redownload');
  const pending = others.length - APPROVED;
  return {
    ...{ ofTypes, proposing, applyingApproved, applyingPending },
    ...{ proposed: ids.length, approved: APPROVED, pending },
  };
}
