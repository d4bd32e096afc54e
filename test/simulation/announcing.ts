import { isUuid, jobId, type Timestamp, timestamp } from '../../functions/domain/ids.ts';
import { type AnnouncePorts, announce, announceAgain } from '../../functions/jobs/announce.ts';
import { SORT_KEY } from '../../functions/names.ts';
import type { Process } from './aws/process.ts';
import { portsOf, timeoutOf } from './functions.ts';
import type { Change } from './table/memory-table.ts';
import type { World } from './world/world.ts';

/** What tells others that a job ended: the table's stream, the function that reads it, and the event bus. */

const LONGEST_PAUSE_MS = 60_000;

export interface Announcing {
  onWrite(changes: readonly Change[]): void;
  /** Somebody puts back what was set aside. */
  putBack(): void;
}

/** @param told is told of each event that the bus takes: a job's id, and the status that it ended with. */
export function announcing(world: World, told: (id: string, status: string) => void): Announcing {
  /** Records that were set aside, by the time at which they came. */
  const setAside: Timestamp[] = [];

  function portsFor(process: Process): AnnouncePorts {
    return {
      jobs: portsOf(world, process).jobs,
      publish: (jobs) =>
        process.call(
          () => `events of ${jobs.map(({ id, status }) => `${id} ${status}`)}`,
          () => {
            for (const { id, status } of jobs) told(id, status);
            return [];
          },
        ),
    };
  }

  /** As the stream delivers it: again and again while it fails. */
  function deliver(id: string, attempt: number): void {
    invoke(
      async (process) => {
        const [one] = await announce(portsFor(process), [jobId(id)]);
        if (one?.kind === 'failed') throw one.error;
      },
      () => {
        const pause = Math.min(1_000 * 2 ** attempt, LONGEST_PAUSE_MS);
        world.time.after(pause, () => deliver(id, attempt + 1));
      },
    );
  }

  function putBack(): void {
    for (const came of setAside.splice(0)) {
      invoke(
        async (process) => {
          const went = await announceAgain(portsFor(process), [{ from: came, to: came }]);
          const failed = went.find(({ kind }) => kind === 'failed');
          if (failed?.kind === 'failed') throw failed.error;
        },
        () => setAside.push(came),
      );
    }
  }

  function invoke(work: (process: Process) => Promise<unknown>, failed: () => void): void {
    world.lambda.invoke({ name: 'announce', timeoutMs: timeoutOf('announce'), work }, (result) => {
      if (result.kind === 'failed') failed();
    });
  }

  return {
    putBack,
    onWrite(changes) {
      for (const { before, after } of changes) {
        if (before !== undefined || !String(after?.SK).startsWith(SORT_KEY.endPrefix)) continue;
        const id = String(after?.SK).split('#').at(-1) ?? '';
        if (!isUuid(id)) continue;
        // One that failed for an hour is set aside, with the time at which it came.
        if (world.faults.of('deliveryLost')) {
          setAside.push(timestamp(new Date(world.time.now).toISOString()));
          continue;
        }
        const copies = world.faults.of('deliveryTwice') ? 2 : 1;
        for (let copy = 0; copy < copies; copy += 1) {
          world.time.after(world.random.skewed(50, 2_000), () => deliver(id, 0));
        }
      }
    },
  };
}
