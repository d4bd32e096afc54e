import { afterEach, describe, expect, it, vi } from 'vitest';
import setup from './shell.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

describe("a run of tests in a developer's shell", () => {
  it('knows nothing of their AWS account', () => {
    const given = Object.keys(process.env).filter((name) => name.startsWith('AWS_'));
    expect(given.sort()).toEqual(['AWS_CONFIG_FILE', 'AWS_SHARED_CREDENTIALS_FILE']);
    expect(process.env.AWS_CONFIG_FILE).toBe('/nowhere');
  });

  it.each([
    ['a session of AWS', 'AWS_SESSION_TOKEN'],
    ['a profile of AWS', 'AWS_PROFILE'],
    ['how much is logged', 'LOG_LEVEL'],
    ['how it is logged', 'POWERTOOLS_DEV'],
    ['what packages trace', 'DEBUG'],
  ])('has no word of %s', (_what, name) => {
    vi.stubEnv(name, 'of the shell');
    setup();
    expect(process.env).not.toHaveProperty(name);
  });

  it.each(['PATH', 'HOME', 'HTTPS_PROXY', 'LANG'])('keeps %s', (name) => {
    vi.stubEnv(name, 'of the shell');
    setup();
    expect(process.env[name]).toBe('of the shell');
  });
});
