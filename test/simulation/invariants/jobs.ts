import type { ScheduledOptions } from '../../../functions/domain/job.ts';
import { askedAt } from '../schedules.ts';
import type { Item } from '../table/expressions.ts';
import type { Change, MemoryTable } from '../table/memory-table.ts';

/** What is made once is there once: re-runs, scheduled jobs, the jobs that come after others. */

const isOpen = ({ status }: Item) => status === 'queued' || status === 'running';

/** All jobs that were ever made, as they lie in the table now. */
export class MadeJobs {
  private readonly table: MemoryTable;
  private readonly ids: string[] = [];

  constructor(table: MemoryTable) {
    this.table = table;
  }

  all(): readonly Item[] {
    return this.ids.map((id) => this.table.get(id, 'JOB')).filter((job) => job !== undefined);
  }

  open(): readonly Item[] {
    return this.all().filter(isOpen);
  }

  /** @returns what is wrong with the jobs that a transaction has just made. */
  wrongWith(changes: readonly Change[]): string | undefined {
    for (const { before, after } of changes) {
      if (after?.SK === 'REQUEST') {
        const wrong = this.wrongAnswer(after);
        if (wrong !== undefined) return wrong;
      }
      if (before !== undefined || after?.SK !== 'JOB') continue;
      const wrong = this.wrongNewcomer(after);
      this.ids.push(String(after.PK));
      if (wrong !== undefined) return wrong;
    }
    return undefined;
  }

  /** A scheduled time is answered by a job that does what it asks for. */
  private wrongAnswer({ PK, jobId }: Item): string | undefined {
    const time = String(PK).slice('REQUEST#'.length);
    const asked = askedAt(time);
    if (asked === undefined) return undefined;
    const metadata = metadataOf(this.table.get(`JOB#${jobId}`, 'JOB') ?? {});
    return alike(asked) === alike(metadata) ? undefined : `${time} gets a job for something else`;
  }

  private wrongNewcomer(job: Item): string | undefined {
    const { requestedBy, retryCount } = metadataOf(job);
    const others = this.all();
    if (retryCount > 0) {
      const twin = others.find(
        (other) =>
          isOpen(other) &&
          other.parentJobId === job.parentJobId &&
          metadataOf(other).retryCount > 0,
      );
      if (twin !== undefined) return `${job.parentJobId} runs again twice at once`;
    } else if (job.parentJobId !== null) {
      const twin = others.find((other) => other.parentJobId === job.parentJobId);
      if (twin !== undefined && twin.type === job.type && metadataOf(twin).retryCount === 0) {
        return `two jobs come after ${job.parentJobId}`;
      }
    }
    if (job.type !== 'scheduled_sync_and_suggest') return undefined;
    if (
      others.some(
        (other) => other.type === job.type && metadataOf(other).requestedBy === requestedBy,
      )
    ) {
      return `two jobs for one scheduled time (${requestedBy})`;
    }
    const waiting = others.find(
      (other) =>
        other.type === job.type &&
        other.budgetId === job.budgetId &&
        other.status === 'queued' &&
        alike(metadataOf(other)) === alike(metadataOf(job)),
    );
    return waiting === undefined ? undefined : `scheduled jobs pile up behind ${waiting.PK}`;
  }

  /** At the end: each scheduled job that succeeded and was to apply has a job after it. */
  missingAfter(): string | undefined {
    const jobs = this.all();
    const missing = jobs.find(
      (job) =>
        job.type === 'scheduled_sync_and_suggest' &&
        job.status === 'succeeded' &&
        metadataOf(job).applyAtConfidence !== undefined &&
        !jobs.some(
          (other) => `JOB#${other.parentJobId}` === job.PK && other.type === 'suggestions_apply',
        ),
    );
    return missing === undefined ? undefined : `no job came after ${missing.PK}`;
  }

  /** Jobs that one keyed request made, more than once. */
  madeTwice(): string | undefined {
    const seen = new Set<string>();
    for (const job of this.all()) {
      const { requestedBy, retryCount } = metadataOf(job);
      if (retryCount > 0 || job.parentJobId !== null) continue;
      if (!requestedBy.startsWith('caller/')) continue;
      if (seen.has(requestedBy)) return `one request made two jobs (${requestedBy})`;
      seen.add(requestedBy);
    }
    return undefined;
  }
}

type Asked = Partial<Record<keyof ScheduledOptions, unknown>>;

/** The same text for jobs that ask for the same. */
function alike({ fullResync, bankSync, applyAtConfidence }: Asked): string {
  return JSON.stringify([fullResync, bankSync, applyAtConfidence]);
}

function metadataOf({ metadata }: Item): {
  readonly requestedBy: string;
  readonly retryCount: number;
} & Asked {
  const known = typeof metadata === 'object' && metadata !== null ? metadata : {};
  return {
    fullResync: Reflect.get(known, 'fullResync'),
    bankSync: Reflect.get(known, 'bankSync'),
    applyAtConfidence: Reflect.get(known, 'applyAtConfidence'),
    requestedBy: 'requestedBy' in known ? String(known.requestedBy) : '',
    retryCount: 'retryCount' in known ? Number(known.retryCount) : 0,
  };
}
