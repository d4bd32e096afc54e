import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Issuer, startIssuer } from '../local/issuer.ts';
import { synthesized, synthesizedByDefault } from './assemblies.ts';
import {
  type Answer,
  CREDENTIALS,
  type Installation,
  install,
  signedCall,
} from './installation.ts';

/**
 * Who gets in and what for: every caller × every call × two budgets, on a stack as it is by default, on one that names
 * roles, and on one that takes tokens.
 */

const OURS = '0193b2c4-8d7e-7f00-a000-000000000001';
const THEIRS = '0193b2c4-8d7e-7f00-a000-000000000002';
type Budget = 'ours' | 'theirs';
const BUDGETS: Readonly<Record<Budget, string>> = { ours: OURS, theirs: THEIRS };

/** What a call needs; `nothing` but to be let in. */
type Need = 'read' | 'write' | 'decide' | 'write and decide' | 'nothing';

interface Call {
  readonly name: string;
  readonly need: Need;
  readonly method: string;
  readonly path: (budget: string, job: string) => string;
  readonly body?: (budget: string) => unknown;
  /** Answer to a caller who may: there is a failed job in each budget, no suggestion, no kept copy. */
  readonly served: number;
}

const NO_SUGGESTION = '00000000-0000-4000-8000-000000000001.1';
const NO_SNAPSHOT = '0193b2c4-8d7e-7f00-a000-00000000000f';

const CALLS: readonly Call[] = [
  {
    name: 'create',
    need: 'write',
    method: 'POST',
    path: () => '/jobs',
    served: 201,
    body: (budgetId) => ({ type: 'budget_sync', budgetId }),
  },
  {
    name: 'create an apply of what is approved',
    need: 'write',
    method: 'POST',
    path: () => '/jobs',
    served: 201,
    body: (budgetId) => ({ type: 'suggestions_apply', budgetId }),
  },
  {
    name: 'create an apply of what is pending',
    need: 'write and decide',
    method: 'POST',
    path: () => '/jobs',
    served: 201,
    body: (budgetId) => ({ type: 'suggestions_apply', budgetId, minConfidence: 0.9 }),
  },
  {
    name: 'list jobs',
    need: 'read',
    method: 'GET',
    path: (budget) => `/jobs?budgetId=${budget}`,
    served: 200,
  },
  {
    name: 'get a job',
    need: 'read',
    method: 'GET',
    path: (_budget, job) => `/jobs/${job}`,
    served: 200,
  },
  {
    name: 'list events',
    need: 'read',
    method: 'GET',
    path: (_budget, job) => `/jobs/${job}/events`,
    served: 200,
  },
  {
    name: 'cancel',
    need: 'write',
    method: 'POST',
    path: (_budget, job) => `/jobs/${job}/cancel`,
    served: 409,
  },
  {
    name: 'retry',
    need: 'write',
    method: 'POST',
    path: (_budget, job) => `/jobs/${job}/retry`,
    served: 201,
  },
  {
    name: 'list suggestions',
    need: 'read',
    method: 'GET',
    path: (budget) => `/budgets/${budget}/suggestions`,
    served: 200,
  },
  {
    name: 'decide',
    need: 'decide',
    method: 'PATCH',
    path: (budget) => `/budgets/${budget}/suggestions/${NO_SUGGESTION}`,
    served: 404,
    body: () => ({ status: 'approved' }),
  },
  {
    name: 'decide on many',
    need: 'decide',
    method: 'PATCH',
    path: (budget) => `/budgets/${budget}/suggestions`,
    served: 200,
    body: () => ({ decisions: [{ id: NO_SUGGESTION, status: 'approved' }] }),
  },
  {
    name: 'list kept copies',
    need: 'read',
    method: 'GET',
    path: (budget) => `/budgets/${budget}/snapshots`,
    served: 200,
  },
  {
    name: 'download a kept copy',
    need: 'read',
    method: 'GET',
    path: (budget) => `/budgets/${budget}/snapshots/${NO_SNAPSHOT}/download`,
    served: 404,
  },
  {
    name: 'read the OpenAPI document',
    need: 'nothing',
    method: 'GET',
    path: () => '/openapi.json',
    served: 200,
  },
  {
    name: 'ask for what is not there',
    need: 'nothing',
    method: 'GET',
    path: () => '/nowhere',
    served: 404,
  },
];

/** `yes`: served. 401, 403: refused. `gone`: 404, as if the budget were not there. */
type Cell = 'yes' | 401 | 403 | 'gone';
type Row = Readonly<Record<Need, Cell>>;

const everywhere = (cell: Cell): Row => ({
  read: cell,
  write: cell,
  decide: cell,
  'write and decide': cell,
  nothing: cell,
});
const ALL = everywhere('yes');
const GONE: Row = { ...everywhere('gone'), nothing: 'yes' };
const ONLY_READS: Row = { ...everywhere(403), read: 'yes', nothing: 'yes' };
const ONLY_WRITES: Row = { ...everywhere(403), write: 'yes', nothing: 'yes' };
const ONLY_DECIDES: Row = { ...everywhere(403), decide: 'yes', nothing: 'yes' };
const NO_CALL: Row = { ...everywhere(403), nothing: 'yes' };

interface Caller {
  readonly name: string;
  readonly call: (url: string, call: Call, budget: string, job: string) => Promise<Answer>;
  readonly ours: Row;
  readonly theirs: Row;
}

interface Place {
  product: Installation;
  /** A failed job of each budget. */
  readonly jobs: Readonly<Record<Budget, string>>;
}

const JOBS_COMMAND = join(import.meta.dirname, '../../operate/jobs.ts');

let issuer: Issuer;
let stranger: Issuer;
const places: Place[] = [];

const key = (name: string) => ({
  accessKeyId: `AKIA${name.toUpperCase()}`,
  secretAccessKey: `secret of ${name}`,
});
const session = (role: string) => ({
  credentials: key(role),
  userArn: `arn:aws:sts::000000000000:assumed-role/${role}/evening`,
  userId: `AROA${role.toUpperCase()}:evening`,
});

const signing =
  (credentials = CREDENTIALS): Caller['call'] =>
  (url, call, budget, job) =>
    signedCall(
      url,
      call.method,
      call.path(budget, job),
      { body: call.body?.(budget) },
      credentials,
    );

const showing =
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

async function open(options: Parameters<typeof install>[0], owner: Caller['call']): Promise<Place> {
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
  const place = { product, jobs: { ours: await jobIn(OURS), theirs: await jobIn(THEIRS) } };
  places.push(place);
  return place;
}

/** Every cell of a caller's rows, as text. */
async function table({ product, jobs }: Place, caller: Caller): Promise<readonly string[]> {
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

const expected = (caller: Caller) =>
  (['ours', 'theirs'] as const).flatMap((budget) =>
    CALLS.map((call) => `${call.name}, ${budget}: ${caller[budget][call.need]}`),
  );

beforeAll(async () => {
  [issuer, stranger] = await Promise.all([startIssuer(), startIssuer()]);
});

afterAll(async () => {
  await Promise.all(places.map(({ product }) => product.close()));
  await Promise.all([issuer?.close(), stranger?.close()]);
});

describe('a stack as it is by default', () => {
  let place: Place;
  beforeAll(async () => {
    place = await open({ assembly: await synthesizedByDefault() }, signing());
  });

  const CALLERS: readonly Caller[] = [
    { name: 'whoever IAM lets in', call: signing(), ours: ALL, theirs: ALL },
    {
      name: 'somebody without a signature',
      call: showing(async () => undefined),
      ours: everywhere(403),
      theirs: everywhere(403),
    },
    {
      name: 'somebody with a wrong secret',
      call: signing({ ...CREDENTIALS, secretAccessKey: 'guessed' }),
      ours: everywhere(403),
      theirs: everywhere(403),
    },
    {
      name: 'somebody with a token',
      call: showing(() => issuer.token({ aud: 'actual-jobs' })),
      ours: everywhere(403),
      theirs: everywhere(403),
    },
  ];

  it.each(CALLERS)('$name', async (caller) => {
    expect(await table(place, caller)).toEqual(expected(caller));
  });
});

describe('a stack that names roles', () => {
  let place: Place;
  beforeAll(async () => {
    const role = (name: string) => `arn:aws:iam::000000000000:role/${name}`;
    const callers = [
      { arn: 'arn:aws:iam::000000000000:user/local' },
      { arn: role('Bookkeeper'), budgets: [OURS] },
      { arn: role('office/Reader'), scopes: ['jobs:read'] },
      { arn: role('Writer'), scopes: ['jobs:write'] },
      { arn: role('Decider'), scopes: ['suggestions:write'], budgets: [OURS] },
    ];
    const assembly = await synthesized({ auth: { iam: { callers } } });
    const sessions = ['Bookkeeper', 'Reader', 'Writer', 'Decider', 'Visitor'].map(session);
    place = await open({ assembly, callers: sessions }, signing());
  });

  const decider: Row = { ...GONE, read: 403, write: 403, 'write and decide': 403 };
  const CALLERS: readonly Caller[] = [
    { name: 'a user who may do all', call: signing(), ours: ALL, theirs: ALL },
    { name: 'a role for one budget', call: signing(key('Bookkeeper')), ours: ALL, theirs: GONE },
    {
      name: 'a role that reads',
      call: signing(key('Reader')),
      ours: ONLY_READS,
      theirs: ONLY_READS,
    },
    {
      name: 'a role that makes jobs',
      call: signing(key('Writer')),
      ours: ONLY_WRITES,
      theirs: ONLY_WRITES,
    },
    {
      name: 'a role that decides for one budget',
      call: signing(key('Decider')),
      ours: ONLY_DECIDES,
      theirs: decider,
    },
    {
      name: 'a role that is not named',
      call: signing(key('Visitor')),
      ours: NO_CALL,
      theirs: NO_CALL,
    },
    {
      name: 'somebody without a signature',
      call: showing(async () => undefined),
      ours: everywhere(403),
      theirs: everywhere(403),
    },
  ];

  it.each(CALLERS)('$name', async (caller) => {
    expect(await table(place, caller)).toEqual(expected(caller));
  });
});

describe('a stack that takes tokens', () => {
  const EVERY_SCOPE = 'actual-jobs/jobs:read actual-jobs/jobs:write actual-jobs/suggestions:write';
  const token = (claims: object) =>
    issuer.token({ aud: 'actual-jobs', scope: EVERY_SCOPE, budgets: '*', ...claims });
  let place: Place;
  beforeAll(async () => {
    const jwt = {
      issuer: issuer.url,
      audience: ['actual-jobs'],
      scopePrefix: 'actual-jobs/',
      budgetsClaim: 'budgets',
    };
    const assembly = await synthesized({ auth: { jwt } });
    place = await open(
      { assembly },
      showing(() => token({})),
    );
  });

  const refused = everywhere(401);
  const onlyScope = (scope: string) =>
    showing(() => token({ scope: `openid actual-jobs/${scope}` }));
  const CALLERS: readonly Caller[] = [
    { name: 'a token for all', call: showing(() => token({})), ours: ALL, theirs: ALL },
    {
      name: 'a token for one budget',
      call: showing(() => token({ budgets: [OURS] })),
      ours: ALL,
      theirs: GONE,
    },
    {
      name: 'a token that names no budget',
      call: showing(() => token({ budgets: undefined })),
      ours: GONE,
      theirs: GONE,
    },
    {
      name: 'a token that reads',
      call: onlyScope('jobs:read'),
      ours: ONLY_READS,
      theirs: ONLY_READS,
    },
    {
      name: 'a token that makes jobs',
      call: onlyScope('jobs:write'),
      ours: ONLY_WRITES,
      theirs: ONLY_WRITES,
    },
    {
      name: 'a token that decides',
      call: onlyScope('suggestions:write'),
      ours: ONLY_DECIDES,
      theirs: ONLY_DECIDES,
    },
    {
      name: 'a token without scopes',
      call: showing(() => token({ scope: undefined })),
      ours: NO_CALL,
      theirs: NO_CALL,
    },
    {
      name: 'a token with scopes of something else',
      call: showing(() => token({ scope: 'jobs:read jobs:write' })),
      ours: NO_CALL,
      theirs: NO_CALL,
    },
    {
      name: 'a token for something else',
      call: showing(() => token({ aud: 'other-jobs' })),
      ours: refused,
      theirs: refused,
    },
    {
      name: 'a token that has ended',
      call: showing(() => token({ exp: 1 })),
      ours: refused,
      theirs: refused,
    },
    {
      name: "a token that a stranger signed in the issuer's name",
      call: showing(() =>
        stranger.token({ iss: issuer.url, aud: 'actual-jobs', scope: EVERY_SCOPE, budgets: '*' }),
      ),
      ours: refused,
      theirs: refused,
    },
    {
      name: 'somebody without a token',
      call: showing(async () => undefined),
      ours: refused,
      theirs: refused,
    },
    { name: 'whoever IAM lets in elsewhere', call: signing(), ours: refused, theirs: refused },
  ];

  it.each(CALLERS)('$name', async (caller) => {
    expect(await table(place, caller)).toEqual(expected(caller));
  });

  it.each<readonly [string, object, number, string]>([
    ['its token in a file', {}, 0, '"jobs"'],
    ['a token that has ended', { exp: 1 }, 2, 'the token is not good, or has run out'],
    ['a token for another budget', { budgets: [THEIRS] }, 2, 'There is no budget with this id'],
  ])('npm run jobs with %s', async (_what, claims, code, word) => {
    const file = join(place.product.data, 'token');
    const shown = String(await token(claims));
    await writeFile(file, `${shown}\n`);
    const where = ['--url', place.product.stack.url, '--token-file', file, '--budget', OURS];
    const ended = await new Promise<Readonly<Record<'code' | 'said', unknown>>>((resolve) => {
      const args = [JOBS_COMMAND, 'list', '--json', ...where];
      execFile(process.execPath, args, { env: {} }, (error, out, err) =>
        resolve({ code: error === null ? 0 : error.code, said: out + err }),
      );
    });
    expect(ended).toEqual({ code, said: expect.stringContaining(word) });
    expect(ended.said).not.toContain(shown);
  });
});
