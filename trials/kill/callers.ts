import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import type { JobType } from '../../functions/domain/job.ts';
import type { Answer, CallOptions } from '../../test/e2e/installation.ts';

/** Callers of the API who want their jobs made once, whatever happens to the machine meanwhile. */

export interface Api {
  /** @returns the answer; undefined when there was none. */
  call(method: string, path: string, request?: CallOptions): Promise<Answer | undefined>;
}

/** What a caller is to do next. */
export interface Order {
  readonly budget: string;
  readonly type: JobType;
  /** For a choice among what is there. */
  readonly choice: number;
  readonly pauseMilliseconds: number;
}

/** A job that the API has accepted. */
export interface Accepted {
  readonly key: string;
  readonly jobId: string;
  readonly budget: string;
  readonly type: string;
  /** What an apply was to change. */
  readonly change?: PlannedChange;
}

/** One transaction that gets a category, and a payee of a new name. */
export interface PlannedChange {
  readonly transaction: string;
  readonly suggestionId: string;
  readonly category: string;
  readonly payee: string;
}

const APPLY = 'suggestions_apply';
const AGAIN_MS = 100;

export class Callers {
  readonly accepted: Accepted[] = [];
  /** Requests that got no answer, and were sent again. */
  repeated = 0;
  private readonly api: Api;
  private readonly taken = new Set<string>();
  private readonly leaving = new AbortController();

  constructor(api: Api) {
    this.api = api;
  }

  /** Carries out orders one after the other until told to leave; the last one is finished. */
  async work(orders: Iterable<Order>): Promise<void> {
    for (const order of orders) {
      if (this.leaving.signal.aborted) return;
      await this.carryOut(order);
      await setTimeout(order.pauseMilliseconds, undefined, { signal: this.leaving.signal }).catch(
        () => {},
      );
    }
  }

  leave(): void {
    this.leaving.abort();
  }

  private async carryOut(order: Order): Promise<void> {
    const { budget, type } = order;
    const change = type === APPLY ? await this.approve(order) : undefined;
    if (type === APPLY && change === undefined) return;
    const key = randomUUID();
    const more = change === undefined ? {} : { suggestionIds: [change.suggestionId] };
    const { status, body } = await this.answered('POST', '/jobs', {
      headers: { 'idempotency-key': key },
      body: { type, budgetId: budget, ...more },
    });
    if (status !== 201)
      throw new Error(`A job was refused with ${status}: ${JSON.stringify(body)}`);
    const job = { key, jobId: body.job.id, budget, type };
    this.accepted.push(change === undefined ? job : { ...job, change });
  }

  /** Approves a proposal that nobody else has taken. @returns undefined when there is none left. */
  private async approve({ budget, choice }: Order): Promise<PlannedChange | undefined> {
    const suggestions = `/budgets/${budget}/suggestions`;
    for (;;) {
      const { body } = await this.answered('GET', `${suggestions}?status=pending&limit=100`);
      const free: readonly Listed[] = body.suggestions.filter(
        ({ transactionId }: Listed) => !this.taken.has(transactionId),
      );
      const chosen = free[choice % free.length];
      if (chosen === undefined) return undefined;
      const { id, transactionId, proposals } = chosen;
      this.taken.add(transactionId);
      const payee = `Shop ${transactionId}`;
      const decision = { body: { status: 'approved', payeeName: payee } };
      const { status } = await this.answered('PATCH', `${suggestions}/${id}`, decision);
      // A newer proposal has come in between.
      if (status !== 200) continue;
      const category = proposals[0]?.categoryName ?? '';
      return { transaction: transactionId, suggestionId: id, category, payee };
    }
  }

  /** Sends the same request until it is answered. */
  private async answered(method: string, path: string, request?: CallOptions): Promise<Answer> {
    for (;;) {
      const answer = await this.api.call(method, path, request);
      if (answer !== undefined) return answer;
      this.repeated += 1;
      await setTimeout(AGAIN_MS);
    }
  }
}

interface Listed {
  readonly id: string;
  readonly transactionId: string;
  readonly proposals: readonly { readonly categoryName: string }[];
}
