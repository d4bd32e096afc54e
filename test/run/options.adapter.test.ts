import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';

describe.each([
  ['simulate', 'test/simulation/run.ts'],
  ['simulate:planted', 'test/simulation/planted/run.ts'],
  ['mutation', 'test/mutation/run.ts'],
  ['conditions', 'test/conditions/run.ts'],
  ['record-version', 'test/upgrade/record.ts'],
  ['bench', 'bench/run.ts'],
])('npm run %s', (name, file) => {
  const said = (option: string) => {
    const { stdout, stderr, status } = spawnSync(process.execPath, [file, option], {
      encoding: 'utf8',
    });
    return { stdout, stderr, status };
  };

  it('says how it is called', () => {
    expect(said('--help')).toEqual({
      stdout: expect.stringMatching(new RegExp(`^npm run ${name}( \\[?-- .*)?\n$`)),
      stderr: '',
      status: 0,
    });
  });

  it('names its options behind `--` alone: npm takes those before it for its own', () => {
    expect(said('--help').stdout).toMatch(new RegExp(`^npm run ${name}( -- .*)?\n$`));
  });

  it('says which option it does not know, and how it is called', () => {
    expect(said('--nonsense')).toEqual({
      stdout: '',
      stderr: expect.stringMatching(
        new RegExp(`^Unknown option '--nonsense'.*\n\nnpm run ${name}( \\[?-- .*)?\n$`),
      ),
      status: 2,
    });
  });
});

it.each(['docs/generate-reference.ts', 'generators/client-types.ts'])(
  '%s says which option it knows',
  (file) => {
    const { stderr, status } = spawnSync(process.execPath, [file, '--help'], { encoding: 'utf8' });
    expect({ stderr, status }).toEqual({
      stderr: 'The only option is --check: nothing is written then.\n',
      status: 2,
    });
  },
);

describe.each([
  ['hostile', 'The options are --requests N and --seed N.\n'],
  ['kill-test', 'The options are --kills N and --seed N.\n'],
])('npm run %s', (name, options) => {
  it.each([
    ['says which options it has', ['--help'], { stdout: options, stderr: '', status: 0 }],
    ['says which it has not', ['--nonsense'], { stdout: '', stderr: options, status: 2 }],
  ])('%s', (_what, args, said) => {
    const file = `trials/${name}.ts`;
    const { stdout, stderr, status } = spawnSync(process.execPath, [file, ...args], {
      encoding: 'utf8',
    });
    expect({ stdout, stderr, status }).toEqual(said);
  });
});
