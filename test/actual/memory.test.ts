import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const MEMORY = new URL('../../functions/actual/memory.ts', import.meta.url).href;

/** What budgets leave in a process: much that lives on, so that V8 makes room for more of it. */
const WORK = `
  const kept = new Map();
  for (let index = 0; index < 500_000; index += 1) kept.set(index, { index, text: [index] });`;

/** A process that may take as large a young generation as Lambda's bootstrap gives a worker of 1,769 MB. */
async function youngMbAfter(script: string): Promise<number> {
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--max-semi-space-size=88',
    '--disable-warning=ExperimentalWarning',
    '--input-type=module',
    '--eval',
    `import { getHeapSpaceStatistics } from 'node:v8';
    import { keepYoungGenerationSmall } from ${JSON.stringify(MEMORY)};
    const youngMb = () =>
      getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space').space_size / 2 ** 20;
    ${script}
    console.log(String(youngMb()), String('gc' in globalThis));`,
  ]);
  const [megabytes, isExposed] = stdout.trim().split(' ');
  expect(isExposed).toBe('false');
  return Number(megabytes);
}

describe('the young generation of a process that holds budgets', () => {
  it('is as large as Node makes it by itself, however much it may take', async () => {
    expect(await youngMbAfter(`keepYoungGenerationSmall(); ${WORK}`)).toBe(32);
  });

  it('is no larger where V8 had begun to let it grow', async () => {
    const begun = `
      const early = [];
      while (youngMb() < 4) early.push(Array.from({ length: 1000 }, () => ({})));`;
    expect(await youngMbAfter(`${begun} keepYoungGenerationSmall(); ${WORK}`)).toBe(32);
  });

  it('is so from the beginning: a smaller one is collected too often', async () => {
    expect(await youngMbAfter('keepYoungGenerationSmall();')).toBe(32);
  });

  it('is made as large again where V8 had made it smaller', async () => {
    const shrunk = `
      const { setFlagsFromString } = await import('node:v8');
      const { runInNewContext } = await import('node:vm');
      keepYoungGenerationSmall();
      setFlagsFromString('--expose-gc');
      runInNewContext('gc')({ type: 'major', execution: 'sync', flavor: 'last-resort' });
      keepYoungGenerationSmall();`;
    expect(await youngMbAfter(shrunk)).toBe(32);
  });
});
