import { expect } from 'vitest';
import { BUDGETS, type Budget, CALLS, type Call, type Need, OURS, THEIRS } from './access-calls.ts';
import {
  type Answer,
  CREDENTIALS,
  type Installation,
  install,
  signedCall,
} from './installation.ts';

/** What becomes of each call of a caller, about each of two budgets. */

/** `yes`: served. 401, 403: refused. `gone`: 404, as if the budget were not there. */
type Cell = 'yes' | 401 | 403 | 'gone';
export type Row = Readonly<Record<Need, Cell>>;

export const everywhere = (cell: Cell): Row => ({
  read: cell,
  write: cell,
  decide: cell,
  'write and decide': cell,
  nothing: cell,
});
export const ALL = everywhere('yes');
export const GONE: Row = { ...everywhere('gone'), nothing: 'yes' };
export const ONLY_READS: Row = { ...everywhere(403), read: 'yes', nothing: 'yes' };
export const ONLY_WRITES: Row = { ...everywhere(403), write: 'yes', nothing: 'yes' };
export const ONLY_DECIDES: Row = { ...everywhere(403), decide: 'yes', nothing: 'yes' };
export const NO_CALL: Row = { ...everywhere(403), nothing: 'yes' };

export interface Caller {
  readonly name: string;
  readonly call: (url: string, call: Call, budget: string, job: string) => Promise<Answer>;
  readonly ours: Row;
  readonly theirs: Row;
}

/** The same about our budget and theirs. */
export const inBoth = (row: Row) => ({ ours: row, theirs: row });

export interface Place {
  product: Installation;
  /** A failed job of each budget. */
  readonly jobs: Readonly<Record<Budget, string>>;
}

export const signing =
  (credentials = CREDENTIALS): Caller['call'] =>
  (url, call, budget, job) =>
    signedCall(
      url,
      call.method,
      call.path(budget, job),
      { body: call.body?.(budget) },
      credentials,
    );

export const showing =
  (token: () => Promise<string | undefined>): Caller['call'] =>
  async (url, call, budget, job) => {
    const shown = await token();
    const answer = await fetch(url + call.path(budget, job), {
      method: call.method,
      redirect: 'manual',
      headers: {
        'content-type': 'application/json',
        ...(shown === undefined ? {} : { authorization: `Bearer ${shown}` }),
      },
      ...(call.body === undefined ? {} : { body: JSON.stringify(call.body(budget)) }),
    });
    return { status: answer.status, headers: answer.headers, body: await answer.json() };
  };

/** A stack with a failed job in each budget. */
export async function openPlace(
  options: Parameters<typeof install>[0],
  owner: Caller['call'],
): Promise<Place> {
  const product = await install(options);
  const jobIn = async (budget: string) => {
    const [create, , , , get] = CALLS;
    if (create === undefined || get === undefined) throw new Error('There are calls');
    const { body } = await owner(product.stack.url, create, budget, '');
    const waiting = { ...get, path: (_budget: string, job: string) => `/jobs/${job}?wait=20` };
    const ended = await owner(product.stack.url, waiting, budget, body.job.id);
    expect(ended.body.job.status).toBe('failed');
    return body.job.id;
  };
  return { product, jobs: { ours: await jobIn(OURS), theirs: await jobIn(THEIRS) } };
}

/** Every cell of a caller's rows, as text. */
export async function table({ product, jobs }: Place, caller: Caller): Promise<readonly string[]> {
  const cells: string[] = [];
  for (const budget of ['ours', 'theirs'] as const) {
    for (const call of CALLS) {
      const answer = await caller.call(product.stack.url, call, BUDGETS[budget], jobs[budget]);
      cells.push(`${call.name}, ${budget}: ${outcomeOf(call, answer)}`);
    }
  }
  return cells;
}

const NOT_THERE = ['There is no budget with this id here.', 'There is no job with this id.'];

function outcomeOf(call: Call, { status, body }: Answer): string {
  if (status === 404 && NOT_THERE.includes(body.detail)) return 'gone';
  return status === call.served ? 'yes' : String(status);
}

export const expected = (caller: Caller) =>
  (['ours', 'theirs'] as const).flatMap((budget) =>
    CALLS.map((call) => `${call.name}, ${budget}: ${caller[budget][call.need]}`),
  );
