import { eventId, jobId, stepId } from '../../functions/domain/ids.ts';
import { uuid } from '../domain/builders.ts';

/** Fresh ids for the ports of a use case, counting up from `first`. */
export function countingIds(first: number) {
  let made = first;
  return {
    newJobId: () => jobId(uuid(made++)),
    newStepId: () => stepId(uuid(made++)),
    newEventId: () => eventId(uuid(made++)),
  };
}
