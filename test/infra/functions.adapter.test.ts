import { beforeAll, describe, expect, it } from 'vitest';
import { ENV } from '../../functions/names.ts';
import { HANDLERS } from '../../infra/handlers.ts';
import { type Synthesized, synthesizedStack } from './assembly.ts';

/** On what functions run, with how much memory, for how long, and with which variables, read off what is synthesized. */

let made: Synthesized;
let functions: readonly { readonly name: string; readonly properties: Properties }[];

type Properties = Readonly<Record<string, unknown>>;

beforeAll(async () => {
  made = await synthesizedStack();
  functions = made.stack.resources
    .filter(({ type }) => type === 'AWS::Lambda::Function')
    .map(({ logicalId, properties }) => ({
      name: logicalId.replace(/^Functions(.+)Function[0-9A-F]{8}$/, '$1'),
      properties,
    }));
});

/** Names of the functions by what they have of something. */
function by(property: string): Readonly<Record<string, readonly string[]>> {
  const groups = Object.groupBy(functions, ({ properties }) => String(properties[property]));
  return Object.fromEntries(
    Object.entries(groups).map(([value, all = []]) => [value, all.map(({ name }) => name).sort()]),
  );
}

const VARIABLES: ReadonlyMap<string, string> = new Map(Object.entries(ENV));

/** Variables that a bundle reads: all of a call of `readEnvironment`, whose name is gone there, and each of `process.env[ENV.…]`. */
function readBy(bundle: string): readonly string[] {
  const calls = [...bundle.matchAll(/\("(\w+(?:","\w+)*)"\)/g)]
    .map(([, names = '']) => names.split('","'))
    .filter((names) => names.every((name) => VARIABLES.has(name)));
  const alone = [...bundle.matchAll(/process\.env\[[\w$]+\.(\w+)\]/g)].map(([, name = '']) => name);
  return [...calls.flat(), ...alone].map((name) => VARIABLES.get(name) ?? name);
}

describe('functions', () => {
  it('run on arm64, and those that open budgets carry what is native for it', () => {
    expect(Object.keys(by('Architectures'))).toEqual(['arm64']);
    const workers = Object.values(HANDLERS).filter((handler) => 'worker' in handler);
    for (const { name } of workers) expect(made.natives(name)).toContain('linux-arm64.node');
  });

  it('have less time than whoever waits for them: the gateway 30 s, the next sweep 5 minutes, Lambda a quarter of an hour', () => {
    const { 29: api = [], ...others } = by('Timeout');
    expect(others).toEqual({
      60: ['Announce', 'Dispatch', 'Forget', 'Schedule', 'Settle', 'SettleExecution'],
      240: ['Sweep'],
      900: ['Apply', 'Snapshot', 'Suggestions', 'Sync'],
    });
    const integrations = made.stack.resources.filter(
      ({ type }) => type === 'AWS::ApiGatewayV2::Integration',
    );
    const called = integrations.map(({ properties }) => String(properties.IntegrationUri));
    for (const name of api) {
      expect(called.some((uri) => uri.includes(`:Functions${name}Function`))).toBe(true);
    }
    expect(api).toHaveLength(new Set(called).size);
  });

  it('that work on budgets have the memory that was measured to be right for it', () => {
    const { 512: _others, ...more } = by('MemorySize');
    expect(more).toEqual({ 1024: ['Suggestions'], 1769: ['Apply', 'Snapshot', 'Sync'] });
  });

  it.each(Object.values(HANDLERS))(
    '$name gets the environment that it reads, and no more',
    ({ name, environment }) => {
      // Here no model is asked, and the file that would is another.
      const ofAModel: readonly string[] = [ENV.model, ENV.modelSecret];
      const given = environment.filter((variable) => !ofAModel.includes(variable));
      expect([...given].sort()).toEqual([...new Set(readBy(made.bundle(name).toString()))].sort());
    },
  );
});
