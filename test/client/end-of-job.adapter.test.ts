import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { endOf, openClient } from '../../client/client.ts';
import { type Send, signed } from '../../client/sending.ts';
import { CREDENTIALS } from '../e2e/installation.ts';
import {
  type AnsweringGateway,
  answering,
  JOB,
  job,
  refused,
  startAnsweringGateway,
} from './answering-gateway.ts';

/** How the client waits for a job, calling a gateway that looks at signatures. */

let gateway: AnsweringGateway;

beforeAll(async () => {
  gateway = await startAnsweringGateway();
});
afterAll(() => gateway.close());
beforeEach(() => {
  gateway.events = [];
  gateway.answers = [];
});

const signing = () => signed(async () => CREDENTIALS, 'us-east-1');
const client = (send: Send = signing()) => openClient(gateway.url, send);

describe('the end of a job', () => {
  const AT_ONCE = { 'retry-after': '0' };
  const unavailable = answering(503, {}, AT_ONCE);

  afterEach(() => {
    vi.useRealTimers();
  });

  it('is waited for, through answers that the API could not be asked', async () => {
    gateway.answers = [job('queued'), unavailable, job('running'), job('succeeded')];
    expect((await endOf(client(), JOB)).job.status).toBe('succeeded');
    expect(gateway.events).toMatchObject(Array(4).fill({ rawQueryString: 'wait=20' }));
  });

  it.each([
    ['the gateway had too many calls', answering(429, { message: 'Too Many Requests' }, AT_ONCE)],
    ['the gateway could not ask', answering(500, { message: 'Internal Server Error' }, AT_ONCE)],
    ['a proxy could not ask', answering(502, '<html>', AT_ONCE)],
  ])('is waited for where %s', async (_why, answer) => {
    gateway.answers = [job('running'), answer, job('succeeded')];
    expect((await endOf(client(), JOB)).job.status).toBe('succeeded');
  });

  it('is waited for where the network fails for a moment', async () => {
    let calls = 0;
    const send: Send = (request) => {
      calls += 1;
      return calls === 2 ? fetch('http://127.0.0.1:1') : signing()(request);
    };
    gateway.answers = [job('running'), job('succeeded')];
    expect((await endOf(client(send), JOB)).job.status).toBe('succeeded');
    expect(calls).toBe(3);
  });

  it('is not waited for where a function of the API fails, or nobody can sign', async () => {
    gateway.answers = [answering(500, { type: 'urn:x:internal', detail: 'It failed.' })];
    expect(await refused(endOf(client(), JOB))).toMatchObject({ kind: 'internal' });
    const unsigned = signed(() => Promise.reject(new Error('No credentials')), 'us-east-1');
    await expect(endOf(client(unsigned), JOB)).rejects.toThrow('No credentials');
  });

  it('is given up after six of those in a row', async () => {
    gateway.answers = Array(6).fill(unavailable);
    expect(await refused(endOf(client(), JOB))).toMatchObject({ status: 503 });
    expect(gateway.events).toHaveLength(6);
  });

  it('is waited for as long as those are not in a row', async () => {
    const again = [...Array(4).fill(unavailable), job('running')];
    gateway.answers = [...again, ...again, job('succeeded')];
    expect((await endOf(client(), JOB)).job.status).toBe('succeeded');
  });

  it('is asked for again when the API said, and after a second where it said nothing', async () => {
    const said = [{ 'retry-after': '7' }, {}];
    let calls = 0;
    const send: Send = async () => {
      const headers = said[calls++];
      return headers === undefined
        ? Response.json({ job: { id: JOB, status: 'succeeded' }, steps: [] })
        : new Response(null, { status: 503, headers });
    };
    vi.useFakeTimers({ toFake: ['setTimeout'] });
    const ended = endOf(client(send), JOB);
    const callsAfter: number[] = [];
    for (const milliseconds of [6_900, 200, 800, 200]) {
      await vi.advanceTimersByTimeAsync(milliseconds);
      callsAfter.push(calls);
    }
    expect(callsAfter).toEqual([1, 2, 2, 3]);
    expect((await ended).job.status).toBe('succeeded');
  });

  it('is asked for again where somebody says to come again in a minute', async () => {
    const answers = [
      new Response(null, { status: 503, headers: { 'retry-after': '60' } }),
      Response.json({ job: { id: JOB, status: 'succeeded' }, steps: [] }),
    ];
    vi.useFakeTimers({ toFake: ['setTimeout'] });
    const ended = endOf(
      client(async () => answers.shift() ?? Response.error()),
      JOB,
    );
    await vi.advanceTimersByTimeAsync(60_000);
    expect((await ended).job.status).toBe('succeeded');
  });

  it('is not waited for where somebody says to come again in an hour', async () => {
    gateway.answers = [answering(503, '<html>', { 'retry-after': '3600' })];
    expect(await refused(endOf(client(), JOB))).toMatchObject({ status: 503, retryAfter: 3600 });
  });

  it('of a job that is not there is told at once', async () => {
    gateway.answers = [answering(404, { type: 'urn:x:not-found', detail: 'There is no job.' })];
    expect(await refused(endOf(client(), JOB))).toMatchObject({ kind: 'not-found' });
  });
});
