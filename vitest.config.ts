import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { PATIENCE_MS } from './test/run/patience.ts';

const slow = ['adapter', 'contract', 'e2e', 'long'].map((kind) => `test/**/*.${kind}.test.ts`);

/** They change nothing of their process, so many files share one: half of what they computed was loading the same modules. */
const together = ['domain', 'jobs', 'steps', 'suggest'].map((room) => `test/${room}/*.test.ts`);

/** 10,000 seeds. */
const SIMULATION = 'test/simulation/simulation.e2e.test.ts';

/** Many files wait for other processes half of their time: two more than there are processors. */
const maxWorkers = availableParallelism() + 2;

const patience = {
  testTimeout: PATIENCE_MS,
  hookTimeout: PATIENCE_MS,
  expect: { poll: { timeout: PATIENCE_MS } },
};

/** The stores' contract suite, on an engine of test/store/engines.ts. */
const contractOn = (engine: 'dynoxide' | 'memory' | 'endpoint', endpoint = '') => ({
  test: {
    name: engine,
    include: ['test/store/*.contract.test.ts'],
    provide: { engine, endpoint },
    isolate: false,
    ...patience,
  },
});

/** Set by `npm run test:engines`. */
const endpoint = process.env.DYNAMODB_ENDPOINT;

export default defineConfig({
  test: {
    globalSetup: ['test/run/shell.ts', 'test/run/folder.ts'],
    maxWorkers,
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: [...slow, ...together],
          ...patience,
        },
      },
      {
        test: {
          name: 'unit-together',
          include: together,
          exclude: slow,
          isolate: false,
          ...patience,
        },
      },
      {
        test: {
          name: 'adapter',
          include: ['test/**/*.adapter.test.ts'],
          ...patience,
        },
      },
      contractOn('dynoxide'),
      contractOn('memory'),
      ...(endpoint === undefined ? [] : [contractOn('endpoint', endpoint)]),
      {
        test: {
          name: 'e2e',
          include: ['test/**/*.e2e.test.ts'],
          exclude: [SIMULATION],
          ...patience,
        },
      },
      {
        test: {
          name: 'simulation',
          include: [SIMULATION],
          // It has work for all processors: beside the others it would only take as long as they do.
          sequence: { groupOrder: 1 },
          ...patience,
        },
      },
      {
        test: {
          name: 'long',
          include: ['test/**/*.long.test.ts'],
          provide: { engine: 'dynoxide', endpoint: '' },
          ...patience,
        },
      },
    ],
  },
});
