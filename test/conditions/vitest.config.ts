import { defineConfig } from 'vitest/config';
import { PATIENCE_MS } from '../run/patience.ts';

/** The stores' contract suite on a table that does not look at one clause; `npm run conditions` says which. */
export default defineConfig({
  test: {
    include: ['test/store/*.contract.test.ts'],
    // One tries the clauses themselves, not what the product writes; the other reads.
    exclude: ['test/store/conditions.contract.test.ts', 'test/store/listing.contract.test.ts'],
    setupFiles: 'test/conditions/note-seen.ts',
    provide: { engine: 'watched', endpoint: '', missing: '' },
    isolate: false,
    testTimeout: PATIENCE_MS,
    hookTimeout: PATIENCE_MS,
    expect: { poll: { timeout: PATIENCE_MS } },
    reporters: [],
  },
});
