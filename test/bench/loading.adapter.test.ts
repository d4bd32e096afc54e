import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { environmentOf, load } from '../../bench/loading.ts';
import { HANDLERS, type HandlerKey } from '../../infra/handlers.ts';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'loading-'));
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

function moduleOf(name: string, source: string): string {
  const file = join(folder, `${name}.cjs`);
  writeFileSync(file, source);
  return file;
}

describe('a measured load', () => {
  it('takes as long as the module does, and as much of the processor', async () => {
    const spin = 'const end = performance.now() + 300; while (performance.now() < end);';
    const file = moduleOf('slow', `${spin} exports.handler = () => {};`);
    const measured = await load({ file });
    expect(measured.milliseconds).toBeGreaterThan(300);
    expect(measured.peakMemoryMb).toBeGreaterThan(10);
  });

  it('counts what the module keeps in memory', async () => {
    const plain = await load({ file: moduleOf('light', 'exports.handler = () => {};') });
    const heavy = await load({
      file: moduleOf('heavy', 'exports.handler = () => {}; exports.kept = Buffer.alloc(1e8, 1);'),
    });
    expect(heavy.peakMemoryMb - plain.peakMemoryMb).toBeGreaterThan(80);
  });

  it('leaves what Node compiled in the folder that it is given, and only there', async () => {
    const compileCache = join(folder, 'compiled');
    mkdirSync(compileCache);
    const file = moduleOf('cached', 'exports.handler = () => {};');
    await load({ file });
    expect(readdirSync(compileCache)).toEqual([]);
    await load({ file, compileCache });
    expect(readdirSync(compileCache)).not.toEqual([]);
  });

  it('gives the module the environment that it is told, and nothing of our own', async () => {
    const file = moduleOf(
      'named',
      "if (process.env.TABLE_NAME !== 'jobs' || process.env.HOME) throw new Error('Not that one'); exports.handler = () => {};",
    );
    await expect(load({ file, environment: environmentOf('getJob') })).resolves.toBeDefined();
    await expect(load({ file })).rejects.toThrow('Not that one');
  });

  it('fails for a module without a handler, with what the process said', async () => {
    await expect(load({ file: moduleOf('empty', '') })).rejects.toThrow('There is no handler');
  });
});

it('knows a value for every variable that a function cannot do without', () => {
  const optional = ['BUDGET_MAP', 'ACCESS', 'SCHEDULES', 'MODEL', 'MODEL_SECRET'];
  const keys = Object.keys(HANDLERS).filter((key): key is HandlerKey => key in HANDLERS);
  const missing = keys.flatMap((key) =>
    HANDLERS[key].environment.filter(
      (variable) => !optional.includes(variable) && !(variable in environmentOf(key)),
    ),
  );
  expect(missing).toEqual([]);
});
