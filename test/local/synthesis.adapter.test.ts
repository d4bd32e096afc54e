import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { fingerprint, synthesize } from '../../local/start/synthesis.ts';

/** An assembly that is there already is used again only if it would come out the same. */

const CONFIG = '{"retentionDays": 30}';

let folder: string;
let outdir: string;
let config: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'synthesis-'));
  outdir = join(folder, 'cdk.out');
  config = join(folder, 'config.json');
  await mkdir(outdir);
  await writeFile(config, CONFIG);
});

afterEach(() => rm(folder, { recursive: true, force: true }));

/** Puts an assembly there as if it had been made of what there is now. */
async function madeBefore(): Promise<void> {
  await writeFile(join(outdir, 'made-of'), fingerprint(config));
}

describe('a synthesized assembly', () => {
  it('is not made again of the same sources and configuration', async () => {
    await madeBefore();
    await synthesize(outdir, config);
    expect(await readdir(outdir)).toEqual(['made-of']);
  });

  it('of another configuration is made anew; one that could not be made is not taken for one by the next try', async () => {
    await madeBefore();
    await writeFile(config, '{"retentionDays": "many"}');
    await expect(synthesize(outdir, config)).rejects.toThrow(/retentionDays/);
    expect(existsSync(join(outdir, 'made-of'))).toBe(false);
    await rm(config);
    await expect(synthesize(outdir, config)).rejects.toThrow(/cannot be read|config\.json/);
  });

  it('that could not be made says so with whole characters, however much there is to say', async () => {
    const field = '家'.repeat(60_000);
    await writeFile(config, JSON.stringify({ [field]: 1 }));
    await expect(synthesize(outdir, config)).rejects.toThrow(`has no field ${field}`);
  });

  it('that the system ends for want of memory says so, where the app itself can say nothing', async () => {
    const killed = join(folder, 'killed.mjs');
    await writeFile(killed, "process.kill(process.pid, 'SIGKILL');");
    vi.stubEnv('NODE_OPTIONS', `--import ${pathToFileURL(killed)}`);
    await expect(synthesize(outdir, config)).rejects.toThrow(/SIGKILL.*memory/);
    vi.unstubAllEnvs();
  });
});
