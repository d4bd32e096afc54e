import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Issuer, startIssuer } from '../local/issuer.ts';
import { OURS, THEIRS } from './access-calls.ts';
import {
  ALL,
  type Caller,
  everywhere,
  expected,
  GONE,
  inBoth,
  NO_CALL,
  ONLY_DECIDES,
  ONLY_READS,
  ONLY_WRITES,
  openPlace,
  type Place,
  type Row,
  showing,
  signing,
  table,
} from './access-table.ts';
import { synthesized, synthesizedByDefault } from './assemblies.ts';
import { CREDENTIALS } from './installation.ts';

/**
 * Who gets in and what for: every caller × every call × two budgets, on a stack as it is by default, on one that names
 * roles, and on one that takes tokens.
 */

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

async function open(...asked: Parameters<typeof openPlace>): Promise<Place> {
  const place = await openPlace(...asked);
  places.push(place);
  return place;
}

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
    { name: 'whoever IAM lets in', call: signing(), ...inBoth(ALL) },
    {
      name: 'somebody without a signature',
      call: showing(async () => undefined),
      ...inBoth(everywhere(403)),
    },
    {
      name: 'somebody with a wrong secret',
      call: signing({ ...CREDENTIALS, secretAccessKey: 'guessed' }),
      ...inBoth(everywhere(403)),
    },
    {
      name: 'somebody with a token',
      call: showing(() => issuer.token({ aud: 'actual-jobs' })),
      ...inBoth(everywhere(403)),
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
    { name: 'a user who may do all', call: signing(), ...inBoth(ALL) },
    { name: 'a role for one budget', call: signing(key('Bookkeeper')), ours: ALL, theirs: GONE },
    { name: 'a role that reads', call: signing(key('Reader')), ...inBoth(ONLY_READS) },
    { name: 'a role that makes jobs', call: signing(key('Writer')), ...inBoth(ONLY_WRITES) },
    {
      name: 'a role that decides for one budget',
      call: signing(key('Decider')),
      ours: ONLY_DECIDES,
      theirs: decider,
    },
    { name: 'a role that is not named', call: signing(key('Visitor')), ...inBoth(NO_CALL) },
    {
      name: 'somebody without a signature',
      call: showing(async () => undefined),
      ...inBoth(everywhere(403)),
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
    { name: 'a token for all', call: showing(() => token({})), ...inBoth(ALL) },
    {
      name: 'a token for one budget',
      call: showing(() => token({ budgets: [OURS] })),
      ours: ALL,
      theirs: GONE,
    },
    {
      name: 'a token that names no budget',
      call: showing(() => token({ budgets: undefined })),
      ...inBoth(GONE),
    },
    { name: 'a token that reads', call: onlyScope('jobs:read'), ...inBoth(ONLY_READS) },
    { name: 'a token that makes jobs', call: onlyScope('jobs:write'), ...inBoth(ONLY_WRITES) },
    { name: 'a token that decides', call: onlyScope('suggestions:write'), ...inBoth(ONLY_DECIDES) },
    {
      name: 'a token without scopes',
      call: showing(() => token({ scope: undefined })),
      ...inBoth(NO_CALL),
    },
    {
      name: 'a token with scopes of something else',
      call: showing(() => token({ scope: 'jobs:read jobs:write' })),
      ...inBoth(NO_CALL),
    },
    {
      name: 'a token for something else',
      call: showing(() => token({ aud: 'other-jobs' })),
      ...inBoth(refused),
    },
    { name: 'a token that has ended', call: showing(() => token({ exp: 1 })), ...inBoth(refused) },
    {
      name: "a token that a stranger signed in the issuer's name",
      call: showing(() =>
        stranger.token({ iss: issuer.url, aud: 'actual-jobs', scope: EVERY_SCOPE, budgets: '*' }),
      ),
      ...inBoth(refused),
    },
    { name: 'somebody without a token', call: showing(async () => undefined), ...inBoth(refused) },
    { name: 'whoever IAM lets in elsewhere', call: signing(), ...inBoth(refused) },
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
