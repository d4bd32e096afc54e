import type { BudgetId, JobId } from '../domain/ids.ts';
import type { KeptSnapshot } from '../domain/snapshot.ts';
import { KeptSnapshotStore } from '../store/kept-snapshot-store.ts';
import { clockAndIds } from './adapters/clock-and-ids.ts';
import { DownloadLinks } from './adapters/download-links.ts';
import { tableClient } from './clients.ts';
import { readEnvironment, readRequestSigning, retentionDaysOf } from './environment.ts';
import { guarded } from './guarded.ts';
import { ProblemError } from './http/problem.ts';
import { parsePath, parseQuery } from './http/request.ts';
import { NoQuery, SnapshotPath } from './http/request-schemas.ts';
import { type Route, route } from './http/route.ts';
import { snapshotView } from './http/snapshot-view.ts';
import { logger } from './logger.ts';

/** GET /budgets/{budgetId}/snapshots/{snapshotId}/download */

export interface DownloadPorts {
  readonly kept: { get(budgetId: BudgetId, id: JobId): Promise<KeptSnapshot | undefined> };
  readonly links: { create(key: string, fileName: string, seconds: number): string };
}

/** Long enough to follow a link, too short to pass it on. */
export const LINK_SECONDS = 300;

export function downloadSnapshotRoute({ kept, links }: DownloadPorts): Route {
  return async (event) => {
    const { budgetId, snapshotId } = parsePath(SnapshotPath, event);
    parseQuery(NoQuery, event);
    logger.appendKeys({ budgetId, snapshotId });
    const snapshot = await kept.get(budgetId, snapshotId);
    if (snapshot === undefined) {
      throw new ProblemError('not-found', 'There is no snapshot with this id in this budget.');
    }
    const fileName = `budget-${snapshot.takenAt.slice(0, 10)}.zip`;
    const location = links.create(snapshot.archiveKey, fileName, LINK_SECONDS);
    return { status: 303, headers: { location }, body: { snapshot: snapshotView(snapshot) } };
  };
}

const environment = readEnvironment('tableName', 'bucketName', 'retentionDays');
const { tableName, bucketName } = environment;
const retentionDays = retentionDaysOf(environment.retentionDays);
const { client, meter } = tableClient();

export const handler = route(
  guarded(
    downloadSnapshotRoute({
      kept: new KeptSnapshotStore({ client, tableName, now: clockAndIds.now, retentionDays }),
      links: new DownloadLinks(readRequestSigning, bucketName),
    }),
  ),
  meter,
);
