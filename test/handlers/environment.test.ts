import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  EnvironmentError,
  readEnvironment,
  retentionDaysOf,
} from '../../functions/handlers/environment.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

describe("a function's environment", () => {
  it('is read as far as it is needed', () => {
    vi.stubEnv('TABLE_NAME', 'Table');
    vi.stubEnv('BUCKET_NAME', undefined);
    expect(readEnvironment('tableName')).toEqual({ tableName: 'Table' });
  });

  it('names every variable that is missing or empty, and no value', () => {
    vi.stubEnv('TABLE_NAME', '');
    vi.stubEnv('BUCKET_NAME', undefined);
    vi.stubEnv('SERVER_SECRETS', '{}');
    const read = () => readEnvironment('tableName', 'serverSecrets', 'bucketName');
    expect(read).toThrow(EnvironmentError);
    expect(read).toThrow('Environment variables are missing or empty: TABLE_NAME, BUCKET_NAME.');
  });

  it('has a whole number of days', () => {
    expect(retentionDaysOf('30')).toBe(30);
    for (const text of ['', '0', '-1', '1.5', 'a month', 'Infinity', '1e999']) {
      expect(() => retentionDaysOf(text), text).toThrow('RETENTION_DAYS');
    }
  });
});
