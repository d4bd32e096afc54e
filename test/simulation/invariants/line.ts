import type { Change } from '../table/memory-table.ts';

/** A budget's line goes by the ids of its jobs, which begin with the time at which each was made: the oldest goes first. */

/** A look at the line takes as long as the longest function that looks: the sweep. What was put in line since, it may not know of. */
const LONGEST_LOOK_MS = 240_000;

export class Line {
  /** Since when all readers see a place in line, in milliseconds of the true time, by its budget and itself. */
  private readonly places = new Map<string, Map<string, number>>();

  /**
   * @param seen when readers see all of what was just written.
   * @returns what is wrong with a job that has just left the line to run.
   */
  wrongWith(changes: readonly Change[], now: number, seen: number): string | undefined {
    for (const { before, after } of changes) {
      const { PK, SK } = after ?? before ?? {};
      const [budget, place] = [String(PK), String(SK)];
      if (!place.startsWith('QUEUE#')) continue;
      const places = this.places.get(budget) ?? new Map<string, number>();
      this.places.set(budget, places);
      if (after !== undefined) {
        places.set(place, seen);
        continue;
      }
      places.delete(place);
      const runs = changes.some((other) => other.after?.PK === PK && other.after?.SK === 'RUNNING');
      const older = [...places].find(
        ([one, since]) => one < place && since < now - LONGEST_LOOK_MS,
      );
      if (runs && older !== undefined) return `${place} of ${budget} runs before ${older[0]}`;
    }
    return undefined;
  }
}
