import { afterEach, expect, it } from 'vitest';
import { areOfAnother, callStackHere, markOf } from '../../client/on-this-machine.ts';

/** Whom a command asks that is told of a stack on this machine, and whose settings lie in a data folder. */

const before = { ...process.env };

afterEach(() => {
  for (const name of Object.keys(process.env)) delete process.env[name];
  Object.assign(process.env, before);
});

it('what the shell has of AWS and of proxies goes nowhere, and nothing else of it is lost', () => {
  const shell = {
    AWS_ACCESS_KEY_ID: 'AKIAOTHER',
    AWS_SECRET_ACCESS_KEY: 'other',
    AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://elsewhere.example',
    AWS_ENDPOINT_URL_DYNAMODB: 'http://elsewhere.example',
    AWS_PROFILE: 'work',
    HTTPS_PROXY: 'http://proxy.example',
    NO_PROXY: '',
    ACTUAL_JOBS_BUDGET: 'home',
    NOT_AWS_: 'kept',
  };
  Object.assign(process.env, shell);
  callStackHere({ config: '/data/aws-config', credentials: '/data/credentials' });
  const ofAws = Object.entries(process.env).filter(([name]) => name.startsWith('AWS_'));
  expect(Object.fromEntries(ofAws)).toEqual({
    AWS_CONFIG_FILE: '/data/aws-config',
    AWS_SHARED_CREDENTIALS_FILE: '/data/credentials',
    AWS_PROFILE: 'default',
  });
  expect(process.env).toMatchObject({
    PATH: before.PATH,
    ACTUAL_JOBS_BUDGET: 'home',
    NOT_AWS_: 'kept',
    NO_PROXY: '*',
    no_proxy: '*',
  });
});

it('settings without a mark, as versions before wrote them, are those of the folder that they lie in', () => {
  const here = { dev: 7n, ino: 1n };
  const settings = (...marks: readonly string[]) =>
    ['[default]', ...marks, 'region = us-east-1'].join('\n');
  expect(areOfAnother(settings(), here)).toBe(false);
  expect(areOfAnother(settings(markOf(here)), here)).toBe(false);
  expect(areOfAnother(settings(markOf({ ...here, ino: 2n })), here)).toBe(true);
});
