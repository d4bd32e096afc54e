import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  DeleteCommand,
  DynamoDBDocumentClient,
  PutCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { budgetId, jobId } from '../../functions/domain/ids.ts';
import {
  jobKey,
  lastScheduledKey,
  openWorkAttributes,
  queueKey,
} from '../../functions/store/keys.ts';
import { type ActualServer, startActualServer } from '../actual/actual-server.ts';
import { householdDoes } from '../actual/household.ts';
import { type MishapProxy, proxyTo } from '../actual/proxy.ts';
import { uuid } from '../domain/builders.ts';
import { PATIENCE_MS } from '../run/patience.ts';
import { synthesized } from './assemblies.ts';
import { CREDENTIALS, type Installation, install } from './installation.ts';

/**
 * What cannot be delivered, in the middle of what can: it is set aside, the others go on, and `npm run redrive` puts it
 * back once it can be. Items of a newer version are what no function here can work on.
 */

const COMMAND = join(import.meta.dirname, '../../operate/redrive.ts');
/** As Lambda sets records of a stream aside. */
const DOCUMENTED_LETTER = join(import.meta.dirname, '../operate/documented/stream-records.json');
const NEWER = 99;
/** A budget that is on no server. */
const POISONED = budgetId(uuid(0xbad));
const WAITING = jobId(uuid(0xbad + 1));

let server: ActualServer;
let proxy: MishapProxy;
let product: Installation;
let table: DynamoDBDocumentClient;
let homes: readonly string[];

beforeAll(async () => {
  const schedules = [{ name: 'rarely', budgetId: POISONED, expression: 'at(2199-01-01T00:00:00)' }];
  const [assembly, actual] = await Promise.all([synthesized({ schedules }), startActualServer()]);
  server = actual;
  proxy = await proxyTo(server.url);
  const create = () => householdDoes(server.url, [{ do: 'create', transactions: 5 }]);
  homes = [await create(), await create()];
  product = await install({ assembly, serverUrl: proxy.url, eventPauses: [10, 10] });
  table = DynamoDBDocumentClient.from(
    new DynamoDBClient({
      endpoint: String(product.stack.endpoints.AWS_ENDPOINT_URL_DYNAMODB),
      region: 'us-east-1',
      credentials: CREDENTIALS,
    }),
  );
});

afterAll(async () => {
  await product?.close();
  await proxy?.close();
  await server?.remove();
});

const tableName = () =>
  String(
    product.stack.stack.resources.find(({ type }) => type === 'AWS::DynamoDB::GlobalTable')
      ?.physicalId,
  );

interface Redriven {
  readonly code: number;
  readonly said: string;
}

/** `npm run redrive`, with the endpoints of the stack in its environment. */
function redrive(...options: readonly string[]): Promise<Redriven> {
  const env = {
    PATH: process.env.PATH,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
    ...product.stack.endpoints,
  };
  return new Promise((resolve) => {
    execFile(process.execPath, [COMMAND, ...options], { env }, (error, stdout, stderr) => {
      const code = error === null ? 0 : Number(error.code);
      resolve({ code, said: stdout + stderr });
    });
  });
}

/** The queue whose letters are for this function. */
function queueFor(functionName: string): string {
  const letters: readonly { readonly queueUrl: string; readonly functionName: string }[] =
    JSON.parse(String(product.stack.stack.outputs.DeadLetters));
  return letters.find((one) => one.functionName.includes(functionName))?.queueUrl ?? '';
}

const nameOf = (queueUrl: string) => queueUrl.split('/').at(-1);
const waiting = (queueUrl: string) => product.stack.queues.counts(queueUrl).visible;

async function setAside(queueUrl: string, count: number): Promise<void> {
  await vi.waitFor(() => expect(waiting(queueUrl)).toBe(count), {
    timeout: PATIENCE_MS,
    interval: 50,
  });
}

async function created(type: string, budget: string): Promise<string> {
  const { body } = await product.call('POST', '/jobs', { body: { type, budgetId: budget } });
  return body.job.id;
}

/** How an item looks to a version before the one that wrote it. */
const schemaOf = (key: object, schema: number) =>
  table.send(
    new UpdateCommand({
      TableName: tableName(),
      Key: key,
      UpdateExpression: 'SET #schema = :schema',
      ExpressionAttributeNames: { '#schema': 'schema' },
      ExpressionAttributeValues: { ':schema': schema },
    }),
  );

describe('a record of the stream that nobody can work on', () => {
  it('in the middle of good ones is set aside, and the good ones go on', async () => {
    const [first = '', second = ''] = homes;
    const before = await created('budget_sync', first);
    const Item = {
      ...queueKey(POISONED, WAITING),
      ...openWorkAttributes(POISONED),
      schema: NEWER,
    };
    await table.send(new PutCommand({ TableName: tableName(), Item }));
    const after = await created('budget_sync', second);
    const next = await created('budget_sync', first);
    for (const id of [before, after, next]) {
      expect((await product.ended(id)).job.status).toBe('succeeded');
    }
    await setAside(queueFor('Sweep'), 1);
  });

  it('is counted without being touched', async () => {
    const queue = queueFor('Sweep');
    const { code, said } = await redrive('--dry-run');
    expect(said).toContain(`${nameOf(queue)}: 1 dead letter\n`);
    expect(code).toBe(0);
    expect(waiting(queue)).toBe(1);
  });

  it('stays in its queue as long as it fails again, with a word of why', async () => {
    const queue = queueFor('Sweep');
    const { code, said } = await redrive();
    expect(said).toContain('stays: the function failed at 1 of what it looked at');
    expect(code).toBe(1);
    expect(waiting(queue)).toBe(1);
  });

  it('is not taken for gone while another run has it', async () => {
    const queue = queueFor('Sweep');
    const [taken] = product.stack.queues.receive(queue, { most: 1, hiddenSeconds: 3600 });
    const { code, said } = await redrive();
    expect(said).toContain(`${nameOf(queue)}: 1 dead letter taken out by another run`);
    expect(code).toBe(1);
    product.stack.queues.hide(queue, String(taken?.receipt), 0);
  });

  it('is put back by a sweep once it can be worked on', async () => {
    await table.send(
      new DeleteCommand({ TableName: tableName(), Key: queueKey(POISONED, WAITING) }),
    );
    const queue = queueFor('Sweep');
    const { code, said } = await redrive();
    expect(said).toContain(`${nameOf(queue)}: 1 dead letter put back`);
    expect(code).toBe(0);
    expect(waiting(queue)).toBe(0);
  });

  it('that is put back hides none that another run has taken out', async () => {
    const queue = queueFor('Sweep');
    const { queues } = product.stack;
    const body = JSON.stringify({ DDBStreamBatchInfo: {} });
    queues.send(queue, body);
    const [taken] = queues.receive(queue, { most: 1, hiddenSeconds: 3600 });
    queues.send(queue, body);
    const { code, said } = await redrive();
    expect(said).toContain(`${nameOf(queue)}: 1 dead letter put back\n`);
    expect(said).toContain(`${nameOf(queue)}: 1 dead letter taken out by another run`);
    expect(code).toBe(1);
    queues.delete(queue, String(taken?.receipt));
  });
});

describe('the end of an execution that cannot be settled', () => {
  it('is set aside, and settles its job when it is put back', async () => {
    const [first = '', second = ''] = homes;
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
    await schemaOf(key, NEWER);
    product.stack.executions.stop(executionArn);
    const queue = queueFor('SettleExecution');
    await setAside(queue, 1);

    expect(await redrive()).toMatchObject({
      code: 1,
      said: expect.stringMatching(/[0-9a-f-]{36} stays: UNKNOWN\n/),
    });
    await schemaOf(key, 1);
    expect((await redrive()).code).toBe(0);
    expect(waiting(queue)).toBe(0);
    expect((await product.ended(id)).job.status).toBe('canceled');

    held.resolve();
    proxy.onRequest = () => 'pass';
    expect((await product.run('budget_sync', second)).job.status).toBe('succeeded');
  });
});

describe('the end of a job that could not be told', () => {
  const told = (id: string) => product.events.filter(({ detail }) => detail.jobId === id).length;

  it('is told when it is put back, by the time at which its record came', async () => {
    const [first = ''] = homes;
    const { job } = await product.run('budget_sync', first);
    await vi.waitFor(() => expect(told(job.id)).toBe(1), PATIENCE_MS);
    const queue = queueFor('Announce');
    const letter = JSON.parse(await readFile(DOCUMENTED_LETTER, 'utf8'));
    Object.assign(letter.DDBStreamBatchInfo, {
      approximateArrivalOfFirstRecord: job.completedAt,
      approximateArrivalOfLastRecord: job.completedAt,
    });
    product.stack.queues.send(queue, JSON.stringify(letter));
    const { code, said } = await redrive();
    expect(said).toContain(`${nameOf(queue)}: 1 dead letter put back`);
    expect(code).toBe(0);
    expect([told(job.id), waiting(queue)]).toEqual([2, 0]);
  });
});

describe('a scheduled time that could not be answered', () => {
  const TIME = {
    scheduleArn: 'arn:aws:scheduler:::schedule/default/rarely',
    scheduledTime: '2026-11-01T03:00:00Z',
    schedule: 'rarely',
    budgetId: POISONED,
  };
  const jobs = async () => {
    const { body } = await product.call('GET', `/jobs?budgetId=${POISONED}`);
    return body.jobs.length;
  };

  it('gets its job when it is put back, and one alone, however many letters there are of it', async () => {
    const queue = queueFor('ScheduleFunction');
    const Item = { ...lastScheduledKey(POISONED, {}), schema: NEWER };
    await table.send(new PutCommand({ TableName: tableName(), Item }));
    // As the scheduler sets it aside, and as Lambda does once it has taken it over.
    product.stack.queues.send(queue, JSON.stringify(TIME));
    product.stack.queues.send(
      queue,
      JSON.stringify({
        version: '1.0',
        requestContext: { condition: 'RetriesExhausted' },
        requestPayload: TIME,
      }),
    );
    expect((await redrive()).code).toBe(1);
    expect([await jobs(), waiting(queue)]).toEqual([0, 2]);

    const Key = lastScheduledKey(POISONED, {});
    await table.send(new DeleteCommand({ TableName: tableName(), Key }));
    const { code, said } = await redrive();
    expect(said).toContain('2 dead letters put back');
    expect(code).toBe(0);
    expect([await jobs(), waiting(queue)]).toEqual([1, 0]);
  });

  it('that nobody can read stays, and no word of it is said', async () => {
    const queue = queueFor('ScheduleFunction');
    product.stack.queues.send(queue, '{"payee":"Canary"}');
    product.stack.queues.send(queue, 'Canary');
    const { code, said } = await redrive();
    expect(code).toBe(1);
    expect(said).toContain('stays: INVALID_EVENT');
    expect(said).toContain('stays: the letter is not readable');
    expect(said).not.toContain('Canary');
    expect(waiting(queue)).toBe(2);
  });
});

describe('a function that cannot be called', () => {
  it('does not keep the letters of others from being put back', async () => {
    const sweep = queueFor('Sweep');
    const announce = queueFor('Announce');
    const letter = await readFile(DOCUMENTED_LETTER, 'utf8');
    for (const queue of [sweep, announce]) product.stack.queues.send(queue, letter);
    const invoke = product.stack.functions.invoke.bind(product.stack.functions);
    const calls = vi.spyOn(product.stack.functions, 'invoke');
    calls.mockImplementation(async (name, payload) => {
      if (name.includes('Sweep')) throw new Error('as if Lambda failed');
      return invoke(name, payload);
    });
    const { code, said } = await redrive();
    calls.mockRestore();
    expect(said).toContain(
      `${nameOf(sweep)}: 0 dead letters put back, and 1 dead letter given back untried. It broke off: `,
    );
    expect(said).toContain(`${nameOf(announce)}: 1 dead letter put back`);
    expect(code).toBe(1);
    expect([waiting(sweep), waiting(announce)]).toEqual([1, 0]);
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
