import type { Job, JobInput, JobMetadata, SyncOptions, Work } from './job.ts';

/** A job's work and where it is kept: options in the metadata, long lists in the job's input. */

/** The options of a job that its metadata shows. */
export function optionsOf(work: Work): Partial<JobMetadata> {
  switch (work.type) {
    case 'scheduled_sync_and_suggest':
      return {
        ...syncOptions(work),
        ...(work.applyAtConfidence === undefined
          ? {}
          : { applyAtConfidence: work.applyAtConfidence }),
      };
    case 'budget_sync':
    case 'sync_and_suggest':
      return syncOptions(work);
    case 'suggestions_retry_payee':
      return { suggestionId: work.suggestionId };
    case 'suggestions_apply':
      return {
        ...(work.suggestionIds === undefined ? {} : { suggestionCount: work.suggestionIds.length }),
        ...(work.minConfidence === undefined ? {} : { minConfidence: work.minConfidence }),
      };
    case 'suggestions_generate':
    case 'snapshot_create':
    case 'snapshot_redownload':
      return {};
  }
}

/** Whether a job applies suggestions that nobody has decided on: it approves them. */
export function approves({ metadata }: Pick<Job, 'metadata'>): boolean {
  return metadata.suggestionCount !== undefined || metadata.minConfidence !== undefined;
}

/** The long lists that are kept beside a job; undefined where its work has none. */
export function inputOf(work: Work): JobInput | undefined {
  return work.type === 'suggestions_apply' && work.suggestionIds !== undefined
    ? { suggestionIds: work.suggestionIds }
    : undefined;
}

/**
 * The work of a job, to be done again. A scheduled job is repeated as the same work asked for by a caller.
 *
 * @param input of the job, where it has one.
 * @returns undefined when what it worked on is not known any more.
 */
export function workAgain(job: Job, input: JobInput | undefined): Work | undefined {
  const { type, metadata } = job;
  switch (type) {
    case 'budget_sync':
    case 'sync_and_suggest':
      return { type, ...syncOptions(metadata) };
    case 'scheduled_sync_and_suggest':
      return { type: 'sync_and_suggest', ...syncOptions(metadata) };
    case 'suggestions_retry_payee':
      return metadata.suggestionId === undefined
        ? undefined
        : { type, suggestionId: metadata.suggestionId };
    case 'suggestions_apply': {
      if (metadata.suggestionCount !== undefined && input === undefined) return undefined;
      return {
        type,
        ...(input === undefined ? {} : { suggestionIds: input.suggestionIds }),
        ...(metadata.minConfidence === undefined ? {} : { minConfidence: metadata.minConfidence }),
      };
    }
    case 'suggestions_generate':
    case 'snapshot_create':
    case 'snapshot_redownload':
      return { type };
  }
}

/**
 * What is to be done once a job has succeeded: a scheduled one may have its proposals applied. A repeated one is asked
 * for by a caller, who then decides about its proposals.
 */
export function workAfter({ type, metadata }: Job): Work | undefined {
  return type === 'scheduled_sync_and_suggest' && metadata.applyAtConfidence !== undefined
    ? { type: 'suggestions_apply', minConfidence: metadata.applyAtConfidence }
    : undefined;
}

function syncOptions({ fullResync, bankSync }: SyncOptions): SyncOptions {
  return {
    ...(fullResync === undefined ? {} : { fullResync }),
    ...(bankSync === undefined ? {} : { bankSync }),
  };
}
