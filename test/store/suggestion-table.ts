import { afterAll, beforeAll, beforeEach } from 'vitest';
import { budgetId, type Timestamp } from '../../functions/domain/ids.ts';
import type { Fence } from '../../functions/domain/running.ts';
import type { Suggestion } from '../../functions/domain/suggestion.ts';
import { JobStore } from '../../functions/store/job-store.ts';
import {
  SuggestionStore,
  type SuggestionStoreOptions,
} from '../../functions/store/suggestion-store.ts';
import { at, uuid } from '../domain/builders.ts';
import { startTables, type Tables } from './engines.ts';
import { runningJob } from './running-job.ts';

export const HOME = budgetId(uuid(0xb1));
export const SHOP = budgetId(uuid(0xb2));
export const DAY = 86_400;

/** The table of the tests of a file: empty before each, but for a job that runs on `HOME`, of whose worker the fence is. */
export function suggestionTable() {
  let tables: Tables;
  let options: SuggestionStoreOptions;
  let store: SuggestionStore;
  let fence: Fence;
  let now: Timestamp;

  beforeAll(async () => {
    tables = await startTables();
  });
  afterAll(() => tables.stop());

  beforeEach(async () => {
    now = at(0);
    options = { ...(await tables.empty()), now: () => now };
    store = new SuggestionStore(options);
    fence = await runningJob(new JobStore(options), HOME);
  });

  return {
    get options() {
      return options;
    },
    get store() {
      return store;
    },
    get fence() {
      return fence;
    },
    /** What the store's clock says from now on. */
    set now(time: Timestamp) {
      now = time;
    },
    /** What the store of another, empty table is made with. */
    another: async (): Promise<SuggestionStoreOptions> => ({
      ...(await tables.empty()),
      now: () => now,
    }),
    put: (...suggestions: readonly Suggestion[]) =>
      store.write({ put: suggestions, reopen: [], renew: [], remove: [] }, fence),
  };
}
