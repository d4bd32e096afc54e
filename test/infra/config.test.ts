import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ConfigError, parseConfig, readConfig } from '../../infra/config.ts';

describe('the configuration of a stack', () => {
  it('keeps jobs for 30 days and tries again as designed, unless told otherwise', () => {
    expect(readConfig(undefined)).toEqual({
      retentionDays: 30,
      retry: { intervalSeconds: 2, maxAttempts: 3, backoffRate: 3 },
      scheduledRetry: { intervalSeconds: 60, maxAttempts: 3, backoffRate: 5 },
    });
  });

  it.each([
    [{ retentionDays: 0 }, 'retentionDays'],
    [{ retentionDays: '30' }, 'retentionDays'],
    [{ retry: { intervalSeconds: 1 } }, 'retry.maxAttempts'],
    [{ retensionDays: 30 }, 'retensionDays'],
    ['30', 'top level'],
  ])('refuses %j and says where', (value, field) => {
    expect(() => parseConfig(value)).toThrow(ConfigError);
    expect(() => parseConfig(value)).toThrow(field);
  });

  it('says which file cannot be read or is not JSON', () => {
    const folder = mkdtempSync(join(tmpdir(), 'config-'));
    const file = join(folder, 'config.json');
    expect(() => readConfig(file)).toThrow(`${file} cannot be read`);
    writeFileSync(file, '{');
    expect(() => readConfig(file)).toThrow(`${file} is not JSON`);
    rmSync(folder, { recursive: true });
  });
});
