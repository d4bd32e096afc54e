import fs, {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Logs } from '../../local/runtime/logs.ts';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'logs-'));
});

afterAll(() => rmSync(folder, { recursive: true }));

const inFile = (name: string) => readFileSync(join(folder, name), 'utf8');

describe('logs', () => {
  it('go on where the last start left them, for their owner alone', async () => {
    for (const line of ['one', 'two']) {
      const logs = new Logs(folder);
      logs.write('sweep', line);
      await logs.close();
    }
    expect(inFile('sweep.log')).toBe('one\ntwo\n');
    expect(statSync(join(folder, 'sweep.log')).mode & 0o077).toBe(0);
  });

  it.runIf(existsSync('/dev/full'))(
    'go without a line that a full disk does not take, and say so',
    async () => {
      symlinkSync('/dev/full', join(folder, 'apply.log'));
      const onDiskFull = vi.fn();
      const logs = new Logs(folder, { onDiskFull });
      expect(() => logs.write('apply', 'one')).not.toThrow();
      expect(onDiskFull).toHaveBeenCalledOnce();
      logs.write('snapshot', 'two');
      await logs.close();
      expect(inFile('snapshot.log')).toBe('two\n');
    },
  );

  it.each(['EMFILE', 'ENFILE'])(
    'go without a line that there is no open file for: %s',
    async (code) => {
      const opening = vi.spyOn(fs, 'openSync').mockImplementationOnce(() => {
        throw Object.assign(new Error('too many open files'), { code });
      });
      syncBuiltinESMExports();
      try {
        const onDiskFull = vi.fn();
        const logs = new Logs(folder, { onDiskFull });
        for (const line of ['one', 'two']) logs.write(`get-${code}`, line);
        await logs.close();
        expect(inFile(`get-${code}.log`)).toBe('two\n');
        expect(onDiskFull).not.toHaveBeenCalled();
      } finally {
        opening.mockRestore();
        syncBuiltinESMExports();
      }
    },
  );

  it.each([
    ['a file', 'announce.log'],
    ['the folder', '.'],
  ])('go on where somebody has removed %s to make room', async (_what, removed) => {
    const own = join(folder, 'removed', removed);
    const logs = new Logs(join(folder, 'removed'), { largestBytes: 20 });
    logs.write('announce', 'one');
    rmSync(own, { recursive: true });
    for (const line of ['two', 'a line that sets the file aside', 'three']) {
      logs.write('announce', line);
    }
    await logs.close();
    expect(inFile('removed/announce.log.1')).toBe('two\na line that sets the file aside\n');
    expect(inFile('removed/announce.log')).toBe('three\n');
  });

  it('are kept within bounds: the newest lines, none lost between two files', async () => {
    const written = Array.from({ length: 45 }, (_, n) => `line ${n}`);
    for (const some of [written.slice(0, 15), written.slice(15)]) {
      const logs = new Logs(folder, { largestBytes: 100 });
      for (const line of some) logs.write('sync', line);
      await logs.close();
    }
    expect(readdirSync(folder).filter((name) => name.startsWith('sync'))).toHaveLength(2);
    const lines = (inFile('sync.log.1') + inFile('sync.log')).trim().split('\n');
    expect(lines).toEqual(written.slice(-lines.length));
    expect(lines.length).toBeLessThan(45);
    expect(inFile('sync.log.1').length).toBeLessThan(120);
  });
});
