import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  EnvironmentError,
  readEnvironment,
  readRequestSigning,
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
    expect([retentionDaysOf('30'), retentionDaysOf('1')]).toEqual([30, 1]);
    for (const text of ['', '0', '-1', '1.5', 'a month', 'Infinity', '1e999']) {
      expect(() => retentionDaysOf(text), text).toThrow('RETENTION_DAYS');
    }
  });

  it('has what a request to S3 is signed with: the credentials of the role are of no use without its session token', () => {
    const given = {
      AWS_REGION: 'eu-central-1',
      AWS_ACCESS_KEY_ID: 'id',
      AWS_SECRET_ACCESS_KEY: 'secret',
      AWS_SESSION_TOKEN: 'token of the role',
      AWS_ENDPOINT_URL_S3: undefined,
    };
    for (const [name, value] of Object.entries(given)) vi.stubEnv(name, value);
    const credentials = { accessKeyId: 'id', secretAccessKey: 'secret' };
    expect(readRequestSigning()).toEqual({
      region: 'eu-central-1',
      credentials: { ...credentials, sessionToken: 'token of the role' },
    });
    vi.stubEnv('AWS_SESSION_TOKEN', undefined);
    vi.stubEnv('AWS_ENDPOINT_URL_S3', 'http://127.0.0.1:1');
    expect(readRequestSigning()).toEqual({
      region: 'eu-central-1',
      credentials,
      endpoint: 'http://127.0.0.1:1',
    });
  });
});
