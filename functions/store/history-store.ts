import { epochSecondsOf, type JobId, type Timestamp } from '../domain/ids.ts';
import type { JobHistory } from '../domain/job.ts';
import { readHistory, requireNothingAt } from './job-reads.ts';
import { eventKey } from './keys.ts';
import { Table, type TableOptions } from './table.ts';

export interface HistoryStoreOptions extends TableOptions {
  readonly now: () => Timestamp;
}

/** What happened to jobs. Apart from the jobs, as no worker asks for it. */
export class HistoryStore {
  private readonly table: Table;
  private readonly now: () => Timestamp;

  constructor(options: HistoryStoreOptions) {
    this.table = new Table(options);
    this.now = options.now;
  }

  /**
   * A job and all that happened to it; undefined when there is none or its time is over. What is deleted is left out.
   *
   * @throws StoreUnavailableError when some of it is there, and not seen yet.
   */
  async history(jobId: JobId): Promise<JobHistory | undefined> {
    const now = epochSecondsOf(this.now());
    const found = await readHistory(this.table, jobId, now);
    const missing = found && lastMissing(found);
    if (missing !== undefined) await requireNothingAt(this.table, eventKey(jobId, missing), now);
    return found;
  }
}

/** The version of the last event that was not found; undefined where all were. */
function lastMissing({ job, events }: JobHistory): number | undefined {
  const found = new Set(events.map(({ version }) => version));
  let version = job.version;
  while (found.has(version)) version -= 1;
  return version === 0 ? undefined : version;
}
