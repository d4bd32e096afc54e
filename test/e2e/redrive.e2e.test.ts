import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { budgetId, jobId } from '../../functions/domain/ids.ts';
import { jobKey, lastScheduledKey } from '../../functions/store/keys.ts';
import type { MishapProxy } from '../actual/proxy.ts';
import { uuid } from '../domain/builders.ts';
import { PATIENCE_MS } from '../run/patience.ts';
import type { Installation } from './installation.ts';
import {
  DeadLetters,
  NEWER,
  openStage,
  Poison,
  redrive as redriveOf,
  SET_ASIDE,
  type Stage,
  type Table,
} from './redriving.ts';

/**
 * What cannot be delivered, in the middle of what can: it is set aside, the others go on, and `npm run redrive` puts it
 * back once it can be. Items of a newer version are what no function here can work on.
 */

/** A budget that is on no server. */
const RARELY_ASKED = budgetId(uuid(0xbad));

let stage: Stage;
let proxy: MishapProxy;
let product: Installation;
let table: Table;

beforeAll(async () => {
  stage = await openStage([
    { name: 'rarely', budgetId: RARELY_ASKED, expression: 'at(2199-01-01T00:00:00)' },
  ]);
  ({ proxy, product, table } = stage);
});

afterEach(() => stage.forgetLetters());

afterAll(() => stage?.close());

const redrive = (...options: readonly string[]) => redriveOf(product, options);
const lettersFor = (functionName: string) => new DeadLetters(product, functionName);

async function created(type: string, budget: string): Promise<string> {
  const { body } = await product.call('POST', '/jobs', { body: { type, budgetId: budget } });
  return body.job.id;
}

describe('a record of the stream that nobody can work on', () => {
  let poison: Poison;
  let queue: DeadLetters;

  beforeEach(() => {
    poison = new Poison(table);
    queue = lettersFor('Sweep');
  });

  afterEach(() => poison.remove());

  it('in the middle of good ones is set aside, and the good ones go on', async () => {
    const [first = '', second = ''] = stage.homes;
    const before = await created('budget_sync', first);
    await poison.put();
    const after = await created('budget_sync', second);
    const next = await created('budget_sync', first);
    for (const id of [before, after, next]) {
      expect((await product.ended(id)).job.status).toBe('succeeded');
    }
    await queue.reached(1);
  });

  it('is counted without being touched', async () => {
    queue.send(SET_ASIDE);
    const { code, said } = await redrive('--dry-run');
    expect(said).toContain(`${queue.name}: 1 dead letter\n`);
    expect([code, queue.waiting]).toEqual([0, 1]);
  });

  it('stays in its queue as long as it fails again, with a word of why', async () => {
    await poison.put();
    await queue.reached(1);
    const { code, said } = await redrive();
    expect(said).toContain('stays: the function failed at 1 of what it looked at');
    expect([code, queue.waiting]).toEqual([1, 1]);
  });

  it('is not taken for gone while another run has it', async () => {
    queue.send(SET_ASIDE);
    const receipt = queue.take();
    const { code, said } = await redrive();
    expect(said).toContain(`${queue.name}: 1 dead letter taken out by another run`);
    expect(code).toBe(1);
    queue.remove(receipt);
  });

  it('is put back by a sweep once it can be worked on', async () => {
    await poison.put();
    await queue.reached(1);
    await poison.remove();
    const { code, said } = await redrive();
    expect(said).toContain(`${queue.name}: 1 dead letter put back`);
    expect([code, queue.waiting]).toEqual([0, 0]);
  });

  it('that is put back hides none that another run has taken out', async () => {
    queue.send(SET_ASIDE);
    const receipt = queue.take();
    queue.send(SET_ASIDE);
    const { code, said } = await redrive();
    expect(said).toContain(`${queue.name}: 1 dead letter put back\n`);
    expect(said).toContain(`${queue.name}: 1 dead letter taken out by another run`);
    expect(code).toBe(1);
    queue.remove(receipt);
  });
});

describe('the end of an execution that cannot be settled', () => {
  it('is set aside, and settles its job when it is put back', async () => {
    const [first = '', second = ''] = stage.homes;
    const held = Promise.withResolvers<void>();
    proxy.onRequest = () => ({ held: held.promise });
    const id = await created('budget_sync', first);
    const key = jobKey(jobId(id));
    const executionArn = await vi.waitFor(() => {
      const machine = String(product.stack.stack.outputs.StateMachineArn);
      const found = product.stack.executions.list(machine).find(({ name }) => name === id);
      expect(found?.status).toBe('RUNNING');
      return String(found?.executionArn);
    }, PATIENCE_MS);
    await table.setSchema(key, NEWER);
    product.stack.executions.stop(executionArn);
    const queue = lettersFor('SettleExecution');
    await queue.reached(1);

    const { code, said } = await redrive();
    expect(said).toMatch(/[0-9a-f-]{36} stays: UNKNOWN\n/);
    expect(code).toBe(1);
    await table.setSchema(key, 1);
    expect((await redrive()).code).toBe(0);
    expect(queue.waiting).toBe(0);
    expect((await product.ended(id)).job.status).toBe('canceled');

    held.resolve();
    proxy.onRequest = () => 'pass';
    expect((await product.run('budget_sync', second)).job.status).toBe('succeeded');
  });
});

describe('the end of a job that could not be told', () => {
  const told = (id: string) => product.events.filter(({ detail }) => detail.jobId === id).length;

  it('is told when it is put back, by the time at which its record came', async () => {
    const [first = ''] = stage.homes;
    const { job } = await product.run('budget_sync', first);
    await vi.waitFor(() => expect(told(job.id)).toBe(1), PATIENCE_MS);
    const queue = lettersFor('Announce');
    const late = JSON.parse(SET_ASIDE);
    Object.assign(late.DDBStreamBatchInfo, {
      approximateArrivalOfFirstRecord: job.completedAt,
      approximateArrivalOfLastRecord: job.completedAt,
    });
    queue.send(JSON.stringify(late));
    const { code, said } = await redrive();
    expect(said).toContain(`${queue.name}: 1 dead letter put back`);
    expect(code).toBe(0);
    expect([told(job.id), queue.waiting]).toEqual([2, 0]);
  });
});

describe('a scheduled time that could not be answered', () => {
  const TIME = {
    scheduleArn: 'arn:aws:scheduler:::schedule/default/rarely',
    scheduledTime: '2026-11-01T03:00:00Z',
    schedule: 'rarely',
    budgetId: RARELY_ASKED,
  };
  const jobs = async () => {
    const { body } = await product.call('GET', `/jobs?budgetId=${RARELY_ASKED}`);
    return body.jobs.length;
  };

  it('gets its job when it is put back, and one alone, however many letters there are of it', async () => {
    const queue = lettersFor('ScheduleFunction');
    const key = lastScheduledKey(RARELY_ASKED, {});
    await table.put({ ...key, schema: NEWER });
    // As the scheduler sets it aside, and as Lambda does once it has taken it over.
    queue.send(JSON.stringify(TIME));
    const requestContext = { condition: 'RetriesExhausted' };
    queue.send(JSON.stringify({ version: '1.0', requestContext, requestPayload: TIME }));
    expect((await redrive()).code).toBe(1);
    expect([await jobs(), queue.waiting]).toEqual([0, 2]);

    await table.remove(key);
    const { code, said } = await redrive();
    expect(said).toContain('2 dead letters put back');
    expect(code).toBe(0);
    expect([await jobs(), queue.waiting]).toEqual([1, 0]);
  });

  it('that nobody can read stays, and no word of it is said', async () => {
    const queue = lettersFor('ScheduleFunction');
    queue.send('{"payee":"Canary"}');
    queue.send('Canary');
    const { code, said } = await redrive();
    expect([code, queue.waiting]).toEqual([1, 2]);
    expect(said).toContain('stays: INVALID_EVENT');
    expect(said).toContain('stays: the letter is not readable');
    expect(said).not.toContain('Canary');
  });
});

describe('a function that cannot be called', () => {
  it('does not keep the letters of others from being put back', async () => {
    const sweep = lettersFor('Sweep');
    const announce = lettersFor('Announce');
    sweep.send(SET_ASIDE);
    announce.send(SET_ASIDE);
    const invoke = product.stack.functions.invoke.bind(product.stack.functions);
    const calls = vi
      .spyOn(product.stack.functions, 'invoke')
      .mockImplementation(async (name, payload) => {
        if (name.includes('Sweep')) throw new Error('as if Lambda failed');
        return invoke(name, payload);
      });
    const { code, said } = await redrive();
    calls.mockRestore();
    expect(said).toContain(
      `${sweep.name}: 0 dead letters put back, and 1 dead letter given back untried. It broke off: `,
    );
    expect(said).toContain(`${announce.name}: 1 dead letter put back`);
    expect(code).toBe(1);
    expect([sweep.waiting, announce.waiting]).toEqual([1, 0]);
  });
});

describe('a command that cannot begin', () => {
  it.each<readonly [string, readonly string[], string]>([
    ['a stack that is not there', ['--stack', 'Other'], 'There is no stack Other'],
    ['a folder of no stack', ['--data', '/nowhere'], '/nowhere is not the data folder'],
    ['an option that it does not know', ['--all'], "Unknown option '--all'"],
  ])('says so: %s', async (_what, options, sentence) => {
    const { code, said } = await redrive(...options);
    expect(said).toContain(sentence);
    expect(code).toBe(2);
  });
});
