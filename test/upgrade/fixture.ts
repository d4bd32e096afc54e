import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { isUuid, jobId, timestamp } from '../../functions/domain/ids.ts';

/** What a version left behind, as an upgrade meets it: `test/upgrade/versions/VERSION.json`, written by record.ts. */

export const VERSIONS_FOLDER = join(import.meta.dirname, 'versions');

const id = z.string().refine(isUuid);

export const Fixture = z.object({
  version: z.string(),
  recordedAt: z.string().transform(timestamp),
  /** Of the workflow; functions in it are named by their logical ids. */
  definition: z.string(),
  /** Types by logical id of what an upgrade may not make anew. */
  resources: z.record(z.string(), z.string()),
  /** Input of an execution by the type of its job, as it was started. */
  executions: z.record(z.string(), z.string()),
  /** The whole table: a household's jobs of every type and status. */
  items: z.array(z.looseObject({ PK: z.string(), SK: z.string(), schema: z.number() })),
  /** A job that ran when it was recorded, and one that waited behind it. */
  running: id.transform(jobId),
  waiting: id.transform(jobId),
});
export type Fixture = z.infer<typeof Fixture>;

export function fixtures(): readonly Fixture[] {
  return readdirSync(VERSIONS_FOLDER)
    .sort()
    .map((file) => Fixture.parse(JSON.parse(readFileSync(join(VERSIONS_FOLDER, file), 'utf8'))));
}
