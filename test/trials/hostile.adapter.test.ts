import { createServer, type IncomingMessage } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { isSigned } from '../../local/runtime/http/signature.ts';
import { type LoopbackService, listenOnLoopback } from '../../local/runtime/services/loopback.ts';
import { attack, type Target, type Violation } from '../../trials/hostile/attack.ts';
import { nowhere, type Trace } from '../../trials/hostile/canaries.ts';
import { SENT_SECRET } from '../../trials/hostile/nasties.ts';
import { PLACES } from '../../trials/hostile/places.ts';
import { reportText } from '../../trials/hostile/report.ts';
import { published } from '../handlers/document.ts';

/** The attack itself: an API that is as it should be stands it, and one with a planted fault does not. */

const CREDENTIALS = { accessKeyId: 'AKIATEST', secretAccessKey: 'secret' };
const CANARY = 'canary-of-the-strongbox';
const REQUESTS = 480;

interface Asked {
  readonly request: IncomingMessage;
  readonly body: string;
}

interface Said {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What the API does instead of what it should, where it does. */
let fault: (asked: Asked) => Said | undefined;
let logs: Trace[];
let remains: Trace[];
let target: Target;

const server = createServer(async (request, response) => {
  const bytes = await buffer(request);
  const known = isSigned(request, bytes, CREDENTIALS, Date.now());
  const right = known ? NOT_FOUND : { status: 403, body: { message: 'Forbidden' } };
  const { status, body, headers }: Said = fault({ request, body: String(bytes) }) ?? right;
  const type = body === NOT_FOUND.body ? 'application/problem+json' : 'application/json';
  response.writeHead(status, { 'content-type': type, 'apigw-requestid': 'r-1', ...headers });
  response.end(JSON.stringify(body));
});

const NOT_FOUND = {
  status: 404,
  body: { type: 'urn:x', title: 'No', status: 404, detail: 'Nothing here.', requestId: 'r-1' },
};

let service: LoopbackService;

beforeAll(async () => {
  service = await listenOnLoopback(server);
  target = {
    url: service.url,
    credentials: CREDENTIALS,
    document: Object(published),
    canaries: [{ name: 'the password', text: CANARY, mayBeIn: nowhere }],
    places: () => PLACES,
    newLogs: async () => logs.splice(0),
    remains: async () => remains,
  };
});

beforeEach(() => {
  fault = () => undefined;
  logs = [];
  remains = [];
});

afterAll(() => service.close());

async function violations(requests = REQUESTS): Promise<readonly Violation[]> {
  return (await attack(target, { requests, seed: 1, shrinks: 0 })).violations;
}

const holds = (text: string) => (asked: Asked) =>
  asked.body.includes(text) || asked.request.url?.includes(encodeURI(text)) === true;

describe('an attack', () => {
  it('finds nothing in an API that refuses everything well, and sends as much as it was told', async () => {
    const report = await attack(target, { requests: REQUESTS, seed: 1 });
    expect(report).toMatchObject({ requests: REQUESTS, violations: [] });
    const sent = [...report.answers.values()].flatMap((counts) => [...counts.values()]);
    expect(sent.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(REQUESTS * 0.98);
  });

  it('sends the same requests by the same seed', async () => {
    const seen = async () => {
      const urls: string[] = [];
      fault = ({ request }) => {
        urls.push(`${request.method} ${request.url}`);
        return undefined;
      };
      await attack(target, { requests: 64, seed: 7 });
      return urls.sort();
    };
    expect(await seen()).toEqual(await seen());
  });

  it('finds a status of 500, and the smallest request that gives it', async () => {
    fault = ({ body }) =>
      body.includes('"__proto__"') ? { status: 500, body: NOT_FOUND.body } : undefined;
    const { violations: all } = await attack(target, { requests: REQUESTS, seed: 1, shrinks: 100 });
    const [found] = all;
    expect(found?.fault).toBe('answered 500');
    expect(found?.request?.body).toContain('"__proto__"');
    expect(found?.request?.body?.length).toBeLessThan(400);
  });

  it.each<readonly [string, (asked: Asked) => Said | undefined, string]>([
    [
      'a secret in an answer',
      (asked) =>
        holds('limit=')(asked)
          ? { status: 404, body: { ...NOT_FOUND.body, detail: `It is ${CANARY}` } }
          : undefined,
      'leaks the password',
    ],
    [
      'a secret in base64',
      (asked) =>
        holds('cursor=')(asked)
          ? {
              status: 404,
              body: { message: Buffer.from(`x${CANARY}yz`).toString('base64url') },
            }
          : undefined,
      'leaks the password',
    ],
    [
      'a header out of a request',
      (asked) =>
        holds('X-Injected')(asked) ? { ...NOT_FOUND, headers: { 'x-injected': 'yes' } } : undefined,
      'has the header x-injected',
    ],
    [
      'an unchanged answer of what has no ETag',
      (asked) => (holds('cursor=')(asked) ? { status: 304, body: {} } : undefined),
      'answered 304 with a body, or for what has no ETag',
    ],
    [
      'a value that comes back in a refusal',
      (asked) =>
        holds(SENT_SECRET)(asked)
          ? { status: 404, body: { message: `Not ${SENT_SECRET}` } }
          : undefined,
      'repeats a value that was sent',
    ],
    [
      'somebody unknown who is let in',
      ({ request }) =>
        request.headers.authorization === undefined
          ? { status: 404, body: NOT_FOUND.body }
          : undefined,
      'lets in who is not known',
    ],
    [
      'an answer that the document does not have',
      ({ request }) =>
        request.method === 'PATCH' ? { status: 200, body: { ok: true } } : undefined,
      'answered 200 application/json, not as the document says',
    ],
    [
      'a connection that ends',
      ({ request }) => {
        if (request.method === 'POST') request.socket.destroy();
        return undefined;
      },
      'got no answer: socket hang up',
    ],
  ])('finds %s', async (_what, planted, sentence) => {
    fault = planted;
    expect((await violations()).map((one) => one.fault)).toEqual([sentence]);
  });

  it('finds a secret in a log, and the request that brought it there', async () => {
    fault = ({ request }) => {
      if (request.method !== 'PATCH') return undefined;
      logs.push({ in: 'log', name: 'patch.log', text: `{"requestId":"r-1","error":"${CANARY}"}` });
      return undefined;
    };
    const [found] = await violations();
    expect(found).toMatchObject({ fault: 'leaks the password', where: 'log patch.log' });
    expect(found?.request).toBeDefined();
  });

  it('takes the advice to try again, a few times', async () => {
    const overloaded = { status: 503, body: NOT_FOUND.body };
    const seen = new Set<string>();
    fault = ({ request }) => {
      const again = `${request.method} ${request.url} ${request.headers['content-length']}`;
      if (seen.has(again)) return undefined;
      seen.add(again);
      return overloaded;
    };
    expect(await violations(16)).toEqual([]);
    fault = () => overloaded;
    expect((await violations(16)).map((one) => one.fault)).toEqual(['answered 503']);
  });

  it('does not take its own breaking off for a good end', async () => {
    const broken = { ...target, newLogs: () => Promise.reject(new Error('No logs')) };
    await expect(attack(broken, { requests: 16, seed: 1, shrinks: 0 })).rejects.toThrow('No logs');
  });

  it.each<'item' | 'execution'>(['item', 'execution'])('finds a secret in an %s', async (place) => {
    remains = [{ in: place, name: 'JOB#1', text: `{"note":"${CANARY}"}` }];
    expect(await violations(16)).toMatchObject([
      { fault: 'leaks the password', where: `${place} JOB#1` },
    ]);
  });

  it('is reported with figures, and with how to do it again', async () => {
    fault = ({ body }) => (body.includes('{') ? { status: 500, body: NOT_FOUND.body } : undefined);
    const text = reportText(await attack(target, { requests: REQUESTS, seed: 3, shrinks: 0 }));
    expect(text).toMatch(/POST \/jobs\b/);
    expect(text).toMatch(/\d+ requests in \d+ s \(\d+ a second\), seed 3: 1 violations/);
    expect(text).toContain('VIOLATION: answered 500');
    expect(text).toMatch(/again: npm run hostile -- --seed 3 --requests \d+/);
  });
});
