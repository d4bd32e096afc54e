import { afterEach } from 'vitest';
import { type PlacedClause, takeSeen } from './watched-table.ts';

declare module 'vitest' {
  interface TaskMeta {
    seen?: readonly PlacedClause[];
  }
}

/** Each test tells which clauses its writes had. */
afterEach(({ task }) => {
  task.meta.seen = takeSeen();
});
