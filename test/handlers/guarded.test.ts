import './environment-variables.ts';

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { guarded } from '../../functions/handlers/guarded.ts';
import { BUDGET, uuid } from '../domain/builders.ts';
import { type Answered, call, gatewayEvent } from './gateway.ts';

/** Whom a function lets in by the files of its own asset: a file that it cannot read lets nobody in. */

const folder = mkdtempSync(join(tmpdir(), 'asset-'));
const USER = 'arn:aws:iam::111122223333:user/Anna';

beforeEach(() => {
  vi.stubEnv('LAMBDA_TASK_ROOT', folder);
});

afterEach(() => {
  vi.unstubAllEnvs();
});

afterAll(() => rmSync(folder, { recursive: true }));

/** Has the function find this in the file that the variable names. */
function given(variable: 'ACCESS' | 'BUDGET_MAP', content: unknown): void {
  writeFileSync(join(folder, variable), JSON.stringify(content));
  vi.stubEnv(variable, variable);
}

const open = () => guarded(async () => ({ status: 200, body: {} }));

function asked(budgetId: string, userArn = USER): Promise<Answered> {
  const authorizer = { iam: { accountId: '1', userId: 'A', userArn } };
  const event = gatewayEvent({ pathParameters: { budgetId }, authorizer });
  return call(open(), { ...event, routeKey: 'GET /budgets/{budgetId}/suggestions' });
}

describe('a function whose configuration names callers', () => {
  const named = (more: object = {}) => ({ kind: 'iam', callers: [{ principal: USER, ...more }] });

  it('lets them alone in', async () => {
    given('ACCESS', named());
    expect((await asked(BUDGET)).status).toBe(200);
    expect((await asked(BUDGET, USER.replace('Anna', 'Bert'))).status).toBe(403);
  });

  it('lets them do no more than it says', async () => {
    given('ACCESS', named({ budgets: [BUDGET], scopes: ['jobs:read'] }));
    expect((await asked(BUDGET)).status).toBe(200);
    expect((await asked(uuid(0xdead))).status).toBe(404);
    given('ACCESS', named({ scopes: ['jobs:write'] }));
    expect((await asked(BUDGET)).status).toBe(403);
  });

  // Each without the word that it misses would let somebody do everything.
  it.each([
    ['another word for scopes', named({ scope: ['jobs:read'] })],
    ['a scope that there is not', named({ scopes: ['jobs:reed'] })],
    ['another word for budgets', named({ budget: [BUDGET] })],
    ['a budget that is no id', named({ budgets: ['home'] })],
    ['rules beside the callers', { ...named(), default: 'nothing' }],
    ['another word for a claim', { kind: 'jwt', scopePrefix: '', budgetClaim: 'budgets' }],
    ['another kind', { kind: 'none' }],
    ['nothing', null],
  ])('does not begin to work with %s', (_what, rules) => {
    given('ACCESS', rules);
    expect(open).toThrow();
  });

  it('does not begin to work without the file', () => {
    vi.stubEnv('ACCESS', 'lost.json');
    expect(open).toThrow('ENOENT');
  });
});

it('a function whose configuration maps budgets knows no other', async () => {
  given('BUDGET_MAP', { home: [BUDGET] });
  expect((await asked(BUDGET)).status).toBe(200);
  expect((await asked(uuid(0xdead))).status).toBe(404);
});

it('a function whose configuration names neither lets everybody do everything', async () => {
  expect((await asked(uuid(0xdead))).status).toBe(200);
});
