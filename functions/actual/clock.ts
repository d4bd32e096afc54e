import * as z from 'zod';
import { jsonOf } from '../domain/json.ts';
import type { BudgetDatabase } from './database.ts';

/** What a budget's database says of its clock, which is as late as the latest change and never goes back. */

/** How far the library lets it be ahead (`maxDrift` in src/crdt/timestamp.ts of @actual-app/crdt). */
const BEARABLE_MILLISECONDS = 5 * 60_000;

/** Actual's merkle trie over changes, as far as it is looked at here. */
export const Trie = z.object({ hash: z.number().optional() });
/** A timestamp is a time in ISO 8601, then what tells changes of the same moment apart. */
const Clock = z.object({ timestamp: z.string(), merkle: Trie });
const TIME_LENGTH = '2026-01-01T00:00:00.000Z'.length;

/** @returns undefined where the database does not say. */
export function readClock(database: BudgetDatabase): z.infer<typeof Clock> | undefined {
  const clock = database.prepare('SELECT clock FROM messages_clock').pluck().get();
  return Clock.safeParse(jsonOf(String(clock))).data;
}

/** True when the library would neither take changes from others nor make any itself. */
export function isClockAhead(database: BudgetDatabase): boolean {
  const time = readClock(database)?.timestamp.slice(0, TIME_LENGTH) ?? '';
  return Date.parse(time) > Date.now() + BEARABLE_MILLISECONDS;
}
