import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { PATIENCE_MS } from './test/run/patience.ts';

const slow = ['adapter', 'e2e', 'long'].map((kind) => `test/**/*.${kind}.test.ts`);

/** Many files wait for other processes half of their time: one more than there are processors. */
const maxWorkers = availableParallelism() + 1;

const patience = {
  testTimeout: PATIENCE_MS,
  hookTimeout: PATIENCE_MS,
  expect: { poll: { timeout: PATIENCE_MS } },
};

export default defineConfig({
  test: {
    globalSetup: 'test/run/folder.ts',
    maxWorkers,
    projects: [
      { test: { name: 'unit', include: ['test/**/*.test.ts'], exclude: slow, ...patience } },
      {
        test: {
          name: 'adapter',
          include: ['test/**/*.adapter.test.ts'],
          ...patience,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['test/**/*.e2e.test.ts'],
          ...patience,
        },
      },
      {
        test: {
          name: 'long',
          include: ['test/**/*.long.test.ts'],
          ...patience,
        },
      },
    ],
  },
});
