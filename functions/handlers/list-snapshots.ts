import { KeptSnapshotStore } from '../store/kept-snapshot-store.ts';
import { clockAndIds } from './adapters/clock-and-ids.ts';
import { tableClient } from './clients.ts';
import { readEnvironment, retentionDaysOf } from './environment.ts';
import { guarded } from './guarded.ts';
import { parsePath, parseQuery } from './http/request.ts';
import { BudgetPath, ListSnapshotsQuery, PAGE_SIZE } from './http/request-schemas.ts';
import { type Route, route } from './http/route.ts';
import { snapshotView } from './http/snapshot-view.ts';
import { logger } from './logger.ts';

/** GET /budgets/{budgetId}/snapshots */

export function listSnapshotsRoute(kept: Pick<KeptSnapshotStore, 'list'>): Route {
  return async (event) => {
    const { budgetId } = parsePath(BudgetPath, event);
    const { limit = PAGE_SIZE, cursor } = parseQuery(ListSnapshotsQuery, event);
    logger.appendKeys({ budgetId });
    const page = await kept.list(budgetId, { limit, ...(cursor === undefined ? {} : { cursor }) });
    return { status: 200, body: { ...page, snapshots: page.snapshots.map(snapshotView) } };
  };
}

const environment = readEnvironment('tableName', 'retentionDays');
const { client, meter } = tableClient();
const kept = new KeptSnapshotStore({
  client,
  tableName: environment.tableName,
  now: clockAndIds.now,
  retentionDays: retentionDaysOf(environment.retentionDays),
});

export const handler = route(guarded(listSnapshotsRoute(kept)), meter);
