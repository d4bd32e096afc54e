import { randomUUID } from 'node:crypto';
import { inject } from 'vitest';
import type { TableOptions } from '../../functions/store/table.ts';
import { type PlacedClause, WatchedTable } from '../conditions/watched-table.ts';
import { MemoryTable } from '../simulation/table/memory-table.ts';
import { connectEngine, createTable, type Engine, startEngine } from './engine.ts';

/** Where the stores' contract suite (`*.contract.test.ts`) runs: each project of vitest.config.ts names an engine. */
export type EngineName = 'dynoxide' | 'memory' | 'watched' | 'endpoint';

declare module 'vitest' {
  interface ProvidedContext {
    readonly engine: EngineName;
    /** Address of the engine of that name; empty without one. */
    readonly endpoint: string;
    /** The clause that a watched table does not look at; empty: it looks at all of them. */
    readonly missing: PlacedClause;
  }
}

/** What the suite asks of an engine. */
export interface Tables {
  /** Makes an empty table of the product. @returns what a store is made with. */
  empty(): Promise<Pick<TableOptions, 'client' | 'tableName'>>;
  stop(): Promise<void>;
}

const ENGINES: Readonly<Record<EngineName, () => Promise<Tables>>> = {
  dynoxide: async () => tablesOf(await startEngine()),
  endpoint: async () => tablesOf(await connectEngine(inject('endpoint'))),
  memory: async () => ({
    empty: async () => ({ client: new MemoryTable(), tableName: 'memory' }),
    stop: async () => {},
  }),
  watched: async () => ({
    empty: async () => ({ client: new WatchedTable(inject('missing')), tableName: 'memory' }),
    stop: async () => {},
  }),
};

/** Starts the engine of the project that runs. */
export function startTables(): Promise<Tables> {
  return ENGINES[inject('engine')]();
}

function tablesOf(engine: Engine): Tables {
  return {
    async empty() {
      const tableName = `contract-${randomUUID()}`;
      await createTable(engine, tableName);
      return { client: engine.documents, tableName };
    },
    stop: () => engine.stop(),
  };
}
