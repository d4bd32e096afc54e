import { defineConfig } from 'vitest/config';

/** The tests that are to notice a mutant: those of the domain, of the use cases and of the steps, all of them in this process. */
export default defineConfig({
  test: {
    include: ['test/{domain,jobs,steps}/*.test.ts'],
    exclude: ['test/**/*.{adapter,contract,e2e,long}.test.ts'],
    globalSetup: ['test/run/shell.ts', 'test/run/folder.ts'],
    isolate: false,
  },
});
