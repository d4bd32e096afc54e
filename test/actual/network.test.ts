import {
  create,
  fromBinary,
  MessageEnvelopeSchema,
  SyncRequestSchema,
  toBinary,
} from '@actual-app/crdt';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { watchedNetwork } from '../../functions/actual/network.ts';

const ADDRESS = 'https://actual.example/sync/sync';

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

/** An answer whose body is what `pieces` does with its stream. */
function answering(start: (body: ReadableStreamDefaultController<Uint8Array>) => void) {
  return watchedNetwork(async (_address, init) => {
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        start(controller);
        const broken = () => controller.error(new Error('aborted'));
        init?.signal?.addEventListener('abort', broken);
      },
    });
    return new Response(body, { status: 200 });
  });
}

it('passes answers on as they are, and counts what was sent and received', async () => {
  const network = watchedNetwork(async () => Response.json({ ok: 1 }, { status: 201 }));
  const answer = await network.fetch(ADDRESS, { method: 'POST', body: 'grüße' });
  expect(answer.status).toBe(201);
  expect(answer.headers.get('content-type')).toBe('application/json');
  expect(await answer.json()).toEqual({ ok: 1 });
  expect(network.exchanges()).toEqual([
    { path: '/sync/sync', outcome: 201, sentBytes: 7, receivedBytes: 8 },
  ]);
});

it('asks for a connection that is closed after the answer, beside whatever else is said', async () => {
  const said: Headers[] = [];
  const network = watchedNetwork(async (_address, init) => {
    said.push(new Headers(init?.headers));
    return Response.json({});
  });
  await network.fetch(ADDRESS, { headers: { 'X-ACTUAL-TOKEN': 'token' } });
  await network.fetch(new Request(ADDRESS, { headers: { 'X-ACTUAL-TOKEN': 'token' } }));
  for (const headers of said) {
    expect(Object.fromEntries(headers)).toEqual({ connection: 'close', 'x-actual-token': 'token' });
  }
  expect(said).toHaveLength(2);
});

it('waits five minutes for what SimpleFIN has of all accounts, as the library does', async () => {
  const network = watchedNetwork(
    (_address, init) =>
      new Promise((_, reject) => {
        init?.signal?.addEventListener('abort', () => reject(new Error('aborted')));
      }),
  );
  const asked = network.fetch('https://actual.example/path/simplefin/transactions');
  const refused = expect(asked).rejects.toThrow('aborted');
  await vi.advanceTimersByTimeAsync(299_999);
  expect(network.exchanges()).toMatchObject([{ outcome: 'pending' }]);
  await vi.advanceTimersByTimeAsync(1);
  await refused;
  expect(network.exchanges()).toMatchObject([{ outcome: 'silent' }]);
});

it('gives up a server that falls silent in the middle of an answer', async () => {
  const network = answering((body) => body.enqueue(new Uint8Array(3)));
  network.begin(60_000);
  const answer = await network.fetch(ADDRESS);
  const failed = expect(answer.arrayBuffer()).rejects.toThrow('aborted');
  await vi.advanceTimersByTimeAsync(60_000);
  await failed;
  expect(network.exchanges()).toMatchObject([{ outcome: 'silent', receivedBytes: 3 }]);
});

it('waits as long as pieces keep coming', async () => {
  const network = answering((body) => {
    let sent = 0;
    const next = setInterval(() => {
      sent += 1;
      body.enqueue(new Uint8Array(1));
      if (sent < 8) return;
      clearInterval(next);
      body.close();
    }, 40_000);
  });
  network.begin(60_000);
  const answer = await network.fetch(ADDRESS);
  const content = answer.arrayBuffer();
  await vi.advanceTimersByTimeAsync(320_000);
  expect((await content).byteLength).toBe(8);
  expect(network.exchanges()).toMatchObject([{ outcome: 200 }]);
});

it('knows a server that cannot be reached, and an answer still under way', async () => {
  const network = watchedNetwork(() => Promise.reject(new TypeError('fetch failed')));
  await expect(network.fetch(ADDRESS)).rejects.toThrow('fetch failed');
  expect(network.exchanges()).toMatchObject([{ outcome: 'unreachable' }]);

  const slow = answering(() => undefined);
  await slow.fetch(ADDRESS);
  expect(slow.exchanges()).toMatchObject([{ outcome: 'pending' }]);
});

it('keeps no watch on what has ended: it would pass for silent, long after all went well', async () => {
  const broken = new TypeError('terminated');
  const ends: readonly ((answer: Response) => unknown)[] = [
    (answer) => answer.arrayBuffer(),
    async (answer) => {
      await vi.advanceTimersByTimeAsync(1);
      await answer.body?.cancel();
    },
    (answer) => expect(answer.text()).rejects.toThrow(broken),
    () => undefined,
  ];
  const bodies = [
    new Response('all').body,
    new ReadableStream({ start: (body) => body.enqueue(new Uint8Array(3)) }),
    new ReadableStream({ pull: () => Promise.reject(broken) }),
    null,
  ];
  const network = watchedNetwork(async () => new Response(bodies.shift()));
  for (const end of ends) await end(await network.fetch(ADDRESS));
  await vi.advanceTimersByTimeAsync(3_600_000);
  const outcomes = network.exchanges().map(({ outcome }) => outcome);
  expect(outcomes).toEqual([200, 'pending', 'unreachable', 200]);
});

it('lets go of an answer that nobody reads to its end', async () => {
  const cancelled = vi.fn();
  const network = watchedNetwork(
    async () => new Response(new ReadableStream({ cancel: cancelled })),
  );
  await (await network.fetch(ADDRESS)).body?.cancel('enough');
  expect(cancelled).toHaveBeenCalledWith('enough');
});

it('gives up a request when its caller does', () => {
  const given: (AbortSignal | null | undefined)[] = [];
  const network = watchedNetwork((_address, init) => {
    given.push(init?.signal);
    return new Promise(() => {});
  });
  const caller = new AbortController();
  void network.fetch(ADDRESS, { signal: caller.signal });
  caller.abort();
  expect(given.map((signal) => signal?.aborted)).toEqual([true]);
});

it('keeps the code of what broke a request', async () => {
  const refused = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' });
  const network = watchedNetwork(() => Promise.reject(new TypeError('x', { cause: refused })));
  await expect(network.fetch(ADDRESS)).rejects.toThrow('x');
  expect(network.exchanges()).toMatchObject([{ outcome: 'unreachable', fault: 'ECONNREFUSED' }]);
});

it.each([
  ['text/html; charset=utf-8', 'page'],
  ['Text/HTML', 'page'],
  ['text/plain', 'page'],
  ['application/xhtml+xml', 'page'],
  ['application/json', 'page'],
  ['application/problem+json', 'page'],
  ['application/actual-sync', 200],
  ['application/octet-stream', 200],
])('where changes of a budget come, %s is a %s', async (type, outcome) => {
  const answers = async () => new Response('<html>', { headers: { 'Content-Type': type } });
  const network = watchedNetwork(answers);
  await (await network.fetch(ADDRESS)).text();
  expect(network.exchanges()).toMatchObject([{ outcome }]);
});

it('JSON is a good answer where the server gives it', async () => {
  const network = watchedNetwork(async () => Response.json([]));
  await (await network.fetch('https://actual.example/sync/list-user-files')).text();
  expect(network.exchanges()).toMatchObject([{ outcome: 200 }]);
});

it('begins anew for each job', async () => {
  const network = watchedNetwork(async () => new Response(null, { status: 204 }));
  await network.fetch(ADDRESS);
  expect(network.exchanges()).toMatchObject([{ outcome: 204 }]);
  network.begin(1000);
  expect(network.exchanges()).toEqual([]);
});

it('sends no changes of a device while it receives alone, and all else as it is', async () => {
  const sent: unknown[] = [];
  const network = watchedNetwork(async (_address, init) => {
    sent.push(init?.body);
    return Response.json({});
  });
  const messages = [create(MessageEnvelopeSchema, { timestamp: 'now' })];
  const request = create(SyncRequestSchema, { fileId: 'file', since: 'before', messages });
  const body = Buffer.from(toBinary(SyncRequestSchema, request));
  const ask = (path: string) => network.fetch(`https://actual.example${path}`, { body });
  await network.receiving(async () => {
    await ask('/sync/sync');
    await ask('/sync/user-get-key');
  });
  await ask('/sync/sync');
  const [alone, ...others] = sent;
  expect(others).toEqual([body, body]);
  expect(alone).toBeInstanceOf(Uint8Array);
  const received = alone instanceof Uint8Array ? fromBinary(SyncRequestSchema, alone) : undefined;
  expect(received).toEqual({ ...request, messages: [] });
});

it('sends changes again after it received in vain', async () => {
  const sent: unknown[] = [];
  const network = watchedNetwork(async (_address, init) => {
    sent.push(init?.body);
    return Response.json({});
  });
  const messages = [create(MessageEnvelopeSchema, { timestamp: 'now' })];
  const body = Buffer.from(toBinary(SyncRequestSchema, create(SyncRequestSchema, { messages })));
  const failed = network.receiving(() => Promise.reject(new Error('The snapshot is of no use')));
  await expect(failed).rejects.toThrow('of no use');
  await network.fetch(ADDRESS, { body });
  expect(sent).toEqual([body]);
});
