import { v7 } from 'uuid';
import {
  type EventId,
  eventId,
  type JobId,
  jobId,
  type StepId,
  stepId,
  type Timestamp,
  timestampAt,
} from '../../domain/ids.ts';

/** The clock and the source of ids that handlers hand to the use cases. */
export const clockAndIds = {
  now: (): Timestamp => timestampAt(Date.now()),
  newJobId: (): JobId => jobId(v7()),
  newStepId: (): StepId => stepId(v7()),
  newEventId: (): EventId => eventId(v7()),
  newSnapshotId: (): string => v7(),
};
