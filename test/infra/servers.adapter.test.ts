import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { HANDLERS, type HandlerSpec } from '../../infra/handlers.ts';
import { readAssembly } from '../../local/template/assembly.ts';
import { resolveStack } from '../../local/template/resolve.ts';
import { synthesized } from '../e2e/assemblies.ts';
import { pascalCase } from './assembly.ts';

/** Several servers in one stack, read off the synthesized template. */

const BUDGETS_A_SERVER = 40;
const servers = Array.from({ length: 10 }, (_, server) => ({
  id: `${'abcdefghij'.charAt(server)}${'x'.repeat(19)}`,
  budgets: Array.from(
    { length: BUDGETS_A_SERVER },
    (__, n) => `0193b2c4-8d7e-7f00-a00${server}-${String(n).padStart(12, '0')}`,
  ),
}));

/** What CloudFormation adds to a secret's logical id for its name, and Secrets Manager for its ARN. */
const GIVEN_NAME = 'ActualJobsState-'.length + '-AbCdEfGhIjKl'.length + '-AbCdEf'.length;
const ENVIRONMENT_BYTES = 4096;

let folder: string;
let stack: ReturnType<typeof resolveStack>;

beforeAll(async () => {
  folder = await synthesized({ servers });
  stack = resolveStack(readAssembly(folder), { apiEndpoint: 'http://127.0.0.1' });
});

const handlers: readonly HandlerSpec[] = Object.values(HANDLERS);
const workers = handlers.filter(({ worker }) => worker === true).map(({ name }) => name);

function environmentOf(handler: string): Readonly<Record<string, string>> {
  const id = `Functions${pascalCase(handler)}Function`;
  const found = stack.resources.find(
    ({ type, logicalId }) => type === 'AWS::Lambda::Function' && logicalId.startsWith(id),
  );
  return Object(Object(found?.properties.Environment).Variables);
}

/** Secrets that a function may use, by action. */
function secretsOf(handler: string, action: string): readonly string[] {
  return stack.resources
    .filter(({ logicalId }) => logicalId.startsWith(`Functions${pascalCase(handler)}FunctionRole`))
    .flatMap(({ properties }) => Object(properties.PolicyDocument).Statement ?? [])
    .filter((statement) => [statement.Action].flat().includes(`secretsmanager:${action}`))
    .flatMap((statement) => [statement.Resource].flat());
}

const outputsOf = (kind: string) =>
  Object.entries(stack.outputs)
    .filter(([name]) => name.startsWith(`${kind}SecretId`))
    .map(([, id]) => id)
    .sort();

describe('each server', () => {
  it('has a secret and a session secret of its own, and there are no others', () => {
    const secrets = stack.resources.filter(({ type }) => type === 'AWS::SecretsManager::Secret');
    expect(secrets).toHaveLength(2 * servers.length);
    expect([...outputsOf('Actual'), ...outputsOf('Session')].sort()).toEqual(
      secrets.map(({ arn }) => arn).sort(),
    );
    expect(stack.outputs.ActualSecretIdAxxxxxxxxxxxxxxxxxxx).toContain('ActualSecretAxxx');
  });

  it.each(workers)('is known to %s by its secrets', (handler) => {
    const known = JSON.parse(environmentOf(handler).SERVER_SECRETS ?? '');
    expect(Object.keys(known)).toEqual(servers.map(({ id }) => id));
    for (const { id } of servers) {
      const suffix = `${id.charAt(0).toUpperCase()}${id.slice(1)}`;
      expect(known[id]).toEqual({
        actual: stack.outputs[`ActualSecretId${suffix}`],
        session: stack.outputs[`SessionSecretId${suffix}`],
      });
    }
  });

  it.each(workers)('is open to %s: to read both, and to write the session alone', (handler) => {
    const [actual, session] = [outputsOf('Actual'), outputsOf('Session')];
    const both = [...actual, ...session].sort();
    expect([...secretsOf(handler, 'GetSecretValue')].sort()).toEqual(both);
    expect([...secretsOf(handler, 'PutSecretValue')].sort()).toEqual(session);
  });
});

it('ten servers with the longest names fit into the environment of a function', () => {
  for (const handler of workers) {
    const variables = environmentOf(handler);
    const bytes = Object.entries(variables).join('').length;
    expect(bytes + 2 * servers.length * GIVEN_NAME).toBeLessThan(ENVIRONMENT_BYTES);
  }
});

describe('the map', () => {
  it('lies in the assets of the functions that look into it, and in no others', () => {
    const expected = Object.fromEntries(servers.map(({ id, budgets }) => [id, budgets]));
    for (const { name, environment } of handlers) {
      const file = join(folder, 'bundles', name, 'budgets.json');
      if (environment.includes('BUDGET_MAP')) {
        expect(environmentOf(name).BUDGET_MAP).toBe('budgets.json');
        expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(expected);
      } else expect(() => readFileSync(file)).toThrow('ENOENT');
    }
  });
});

it('a server named default keeps the secrets of a stack that had no map', async () => {
  const idsIn = async (config: object) => {
    const assembly = readAssembly(await synthesized({ ...config }));
    const { outputs } = resolveStack(assembly, { apiEndpoint: 'http://127.0.0.1' });
    return [outputs.ActualSecretId, outputs.SessionSecretId];
  };
  const [first] = servers;
  const mapped = await idsIn({ servers: [{ ...first, id: 'default' }] });
  expect(mapped).toEqual(await idsIn({}));
  expect(mapped).toEqual([expect.any(String), expect.any(String)]);
});

it('servers named default and id are two servers: no output of one is in the way of a secret of the other', async () => {
  const [first, second] = servers;
  const two = [
    { ...first, id: 'default' },
    { ...second, id: 'id' },
  ];
  const { outputs } = resolveStack(readAssembly(await synthesized({ servers: two })), {
    apiEndpoint: 'http://127.0.0.1',
  });
  const ids = ['ActualSecretId', 'ActualSecretIdId', 'SessionSecretId', 'SessionSecretIdId'];
  expect(new Set(ids.map((id) => outputs[id] ?? '')).size).toBe(ids.length);
});
