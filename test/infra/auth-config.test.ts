import { describe, expect, it } from 'vitest';
import { principalOf } from '../../infra/config/auth.ts';
import { ConfigError, parseConfig } from '../../infra/config/config.ts';

const BUDGET = '0193b2c4-8d7e-7f00-a000-000000000001';
const ROLE = 'arn:aws:iam::123456789012:role/Bookkeeper';
const jwt = { issuer: 'https://login.example.org/realm', audience: ['actual-jobs'] };

describe('who gets in', () => {
  it('is whoever IAM lets in, unless told otherwise', () => {
    expect(parseConfig({}).auth).toBeUndefined();
  });

  it('may be roles and users by name, with what they may do', () => {
    const callers = [
      { arn: ROLE, budgets: [BUDGET], scopes: ['jobs:read'] },
      { arn: 'arn:aws-us-gov:iam::123456789012:user/office/anna' },
    ];
    expect(parseConfig({ auth: { iam: { callers } } }).auth).toEqual({ iam: { callers } });
  });

  it('may be holders of tokens, for every budget and with plain scopes unless told otherwise', () => {
    expect(parseConfig({ auth: { jwt } }).auth).toEqual({ jwt: { ...jwt, scopePrefix: '' } });
  });

  it('may be known by an issuer on the same machine', () => {
    const local = { ...jwt, issuer: 'http://127.0.0.1:8080' };
    expect(parseConfig({ auth: { jwt: local } }).auth?.jwt?.issuer).toBe(local.issuer);
  });

  it.each([
    [{}, 'auth: has to be either iam or jwt'],
    [{ jwt, iam: { callers: [{ arn: ROLE }] } }, 'auth: has to be either iam or jwt'],
    [{ iam: { callers: [] } }, 'auth.iam.callers: has to name a caller'],
    [{ iam: { callers: [{ arn: 'Bookkeeper' }] } }, 'auth.iam.callers.0.arn: has to be the ARN of'],
    [
      {
        iam: { callers: [{ arn: 'arn:aws:sts::123456789012:assumed-role/Bookkeeper/anna' }] },
      },
      'auth.iam.callers.0.arn: has to be the ARN of',
    ],
    [{ iam: { callers: [{ arn: `${ROLE}*` }] } }, 'auth.iam.callers.0.arn: has to be the ARN of'],
    [
      { iam: { callers: [{ arn: ROLE }, { arn: ROLE.replace('role/', 'role/office/') }] } },
      'auth.iam.callers.1.arn: is named already',
    ],
    [
      { iam: { callers: [{ arn: ROLE, budgets: ['mine'] }] } },
      'auth.iam.callers.0.budgets.0: has to be the Sync ID',
    ],
    [
      { iam: { callers: [{ arn: ROLE, budgets: [] }] } },
      'auth.iam.callers.0.budgets: has to name a budget, or be left out',
    ],
    [
      { iam: { callers: [{ arn: ROLE, scopes: ['jobs:delete'] }] } },
      'auth.iam.callers.0.scopes.0: has to be one of jobs:read',
    ],
    [{ jwt: { ...jwt, issuer: 'login.example.org' } }, 'auth.jwt.issuer: has to be the address'],
    [{ jwt: { ...jwt, issuer: 'http://login.example.org' } }, 'has to begin with https://'],
    [{ jwt: { ...jwt, issuer: 'https://login.example.org?x=1' } }, 'has to be without ?, # and'],
    [{ jwt: { ...jwt, issuer: 'https://login.example.org?' } }, 'has to be without ?, # and'],
    [
      { jwt: { ...jwt, issuer: 'https://:secret@login.example.org' } },
      'has to be without ?, # and',
    ],
    [{ jwt: { ...jwt, issuer: 'https://secret@login.example.org' } }, 'has to be without ?, # and'],
    [{ jwt: { ...jwt, audience: [] } }, 'auth.jwt.audience: has to name an audience'],
    [{ jwt: { ...jwt, audience: [''] } }, 'auth.jwt.audience.0: has to be what tokens have'],
    [{ jwt: { ...jwt, scopePrefix: 'a b' } }, 'auth.jwt.scopePrefix: has to be without spaces'],
    [{ jwt: { ...jwt, budgetsClaim: '' } }, 'auth.jwt.budgetsClaim: has to be the name of'],
    [{ jwt: { ...jwt, secret: 'x' } }, 'secret'],
  ])('is not %j', (auth, message) => {
    expect(() => parseConfig({ auth })).toThrow(ConfigError);
    expect(() => parseConfig({ auth })).toThrow(message);
  });

  it('is known by no more audiences than the gateway takes: a deployment would break off in the middle', () => {
    const withAudiences = (length: number) => ({
      auth: { jwt: { ...jwt, audience: Array.from({ length }, (_, n) => `client-${n}`) } },
    });
    expect(parseConfig(withAudiences(50)).auth?.jwt?.audience).toHaveLength(50);
    expect(() => parseConfig(withAudiences(51))).toThrow(
      'auth.jwt.audience: may name 50 audiences',
    );
  });

  it('is told by scopes and an issuer no longer than the gateway takes', () => {
    const withLengths = (prefix: number, issuer: number) => ({
      auth: {
        jwt: {
          ...jwt,
          scopePrefix: 'a'.repeat(prefix),
          issuer: 'https://login.example.org/'.padEnd(issuer, 'a'),
        },
      },
    });
    const longest = parseConfig(withLengths(47, 2048)).auth?.jwt;
    expect(`${longest?.scopePrefix}suggestions:write`).toHaveLength(64);
    expect(() => parseConfig(withLengths(48, 2049))).toThrow(
      [
        '  auth.jwt.issuer: may be 2048 letters long at most',
        '  auth.jwt.scopePrefix: may be 47 letters long at most',
      ].join('\n'),
    );
  });

  it('is not given a budget that none of the servers has', () => {
    const other = BUDGET.replace(/1$/, '2');
    const config = {
      servers: [{ id: 'home', budgets: [BUDGET] }],
      auth: { iam: { callers: [{ arn: ROLE, budgets: [BUDGET, other] }] } },
    };
    expect(() => parseConfig(config)).toThrow(
      'auth.iam.callers.0.budgets.1: has to be a budget of one of the servers',
    );
  });
});

describe('a principal', () => {
  it.each([
    [ROLE, ROLE],
    ['arn:aws:iam::123456789012:role/a/b/Bookkeeper', ROLE],
    ['arn:aws:iam::123456789012:user/a/anna', 'arn:aws:iam::123456789012:user/a/anna'],
  ])('%s is known to the gateway as %s', (arn, principal) => {
    expect(principalOf(arn)).toBe(principal);
  });
});
