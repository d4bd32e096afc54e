import { getCompileCacheDir } from 'node:module';
import { tmpdir } from 'node:os';
import { describe, expect, it } from 'vitest';

describe('a run of tests', () => {
  it('has the temporary files of all tests in the folder that goes with it', () => {
    expect(tmpdir()).toBe(process.env.TEST_RUN_FOLDER);
  });

  it('keeps what Node compiled for the files that come, and for what they start', () => {
    expect(getCompileCacheDir()).toBeDefined();
  });
});
