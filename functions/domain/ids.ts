/** Identifiers: strings that only their parsers hand out, so that one kind is never taken for another. */

declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

/** UUIDv7, sortable by creation. Also the name of the job's execution. */
export type JobId = Branded<'JobId'>;
/** Actual's sync id of a budget, a UUID. */
export type BudgetId = Branded<'BudgetId'>;
export type StepId = Branded<'StepId'>;
export type EventId = Branded<'EventId'>;
/** ISO 8601 in UTC with milliseconds, so that text order is time order. */
export type Timestamp = Branded<'Timestamp'>;
/** The ARN of the execution that runs a job. */
export type ExecutionId = Branded<'ExecutionId'>;
/** One invocation of a step's function: the Lambda request id. */
export type WorkerId = Branded<'WorkerId'>;
/** A transaction of a budget. */
export type TransactionId = Branded<'TransactionId'>;
/** `<transactionId>.<revision>`. */
export type SuggestionId = Branded<'SuggestionId'>;

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** True for a UUID in lower case, the only spelling that names an item. */
export function isUuid(text: string): boolean {
  return UUID.test(text);
}

/** @throws RangeError when the text is no lower-case UUID. */
export function jobId(text: string): JobId {
  return requireUuid(text, 'job id') as JobId;
}

/** When a job was created, by its id, in milliseconds since 1970: a UUIDv7 begins with them. */
export function createdMillisecondsOf(id: JobId): number {
  return Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
}

/** @throws RangeError when the text is no lower-case UUID. */
export function budgetId(text: string): BudgetId {
  return requireUuid(text, 'budget id') as BudgetId;
}

/** @throws RangeError when the text is no lower-case UUID. */
export function stepId(text: string): StepId {
  return requireUuid(text, 'step id') as StepId;
}

/** @throws RangeError when the text is no lower-case UUID. */
export function eventId(text: string): EventId {
  return requireUuid(text, 'event id') as EventId;
}

/** @throws RangeError when the text is empty. */
export function executionId(text: string): ExecutionId {
  return requireText(text, 'execution id') as ExecutionId;
}

/** @throws RangeError when the text is empty. */
export function workerId(text: string): WorkerId {
  return requireText(text, 'worker id') as WorkerId;
}

/** @throws RangeError when the text is empty. */
export function transactionId(text: string): TransactionId {
  return requireText(text, 'transaction id') as TransactionId;
}

/** The id of one revision of a transaction's proposal. */
export function suggestionId(transaction: TransactionId, revision: number): SuggestionId {
  return `${transaction}.${revision}` as SuggestionId;
}

/**
 * Of a transaction that may have a suggestion. Actual's ids are UUIDs; two with a slash between are those of a split's parts
 * from before it knew them by a column (1608652596043_parent_field.sql of its migrations); programs give ids of their own.
 * Not one with an apostrophe: Actual's library writes ids into its queries as they are (`getTransactionsByIds` of
 * src/server/transactions/index.ts), so that no change with such a one among others ever goes through.
 */
const SUGGESTABLE = /^[^\s']{1,100}$/;

/** False for a transaction whose id none of ours could name, or that Actual's library cannot change. */
export function isSuggestable(transaction: string): boolean {
  return SUGGESTABLE.test(transaction);
}

/** The revision has at most the digits of a time in milliseconds, and a few more. */
export const SUGGESTION_ID = /^\S{1,100}\.[1-9]\d{0,15}$/;

/** True for `<transactionId>.<revision>`. */
export function isSuggestionId(text: string): boolean {
  return SUGGESTION_ID.test(text);
}

/** @throws RangeError when the text is no `<transactionId>.<revision>`. */
export function parseSuggestionId(text: string): SuggestionId {
  if (!isSuggestionId(text)) {
    throw new RangeError(`Not a suggestion id (<transactionId>.<revision>): ${text.slice(0, 60)}`);
  }
  return text as SuggestionId;
}

/** The transaction that a suggestion is for. */
export function transactionOf(id: SuggestionId): TransactionId {
  return transactionId(id.slice(0, id.lastIndexOf('.')));
}

const TIME =
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/;
/** The days of a month up to here are in every month. */
const IN_EVERY_MONTH = '28';

/** @throws RangeError when the text is not a time in the one spelling used here. */
export function timestamp(text: string): Timestamp {
  if (!TIME.test(text) || !isOfCalendar(text)) {
    throw new RangeError(`Not a time in ISO 8601 UTC with milliseconds: ${text}`);
  }
  return text as Timestamp;
}

/** There is no 30th of February, although `Date` makes one of March out of it; it is asked seldom, as it takes long. */
function isOfCalendar(text: string): boolean {
  return text.slice(8, 10) <= IN_EVERY_MONTH || new Date(text).toISOString() === text;
}

/** @throws RangeError when the milliseconds since 1970 are of no year from 0 to 9999. */
export function timestampAt(milliseconds: number): Timestamp {
  const text = new Date(milliseconds).toISOString();
  if (text.length > 'YYYY-MM-DDTHH:MM:SS.sssZ'.length) {
    throw new RangeError(`Not a time within years of four digits: ${text}`);
  }
  return text as Timestamp;
}

/** The later of two times: clocks differ, and no later time may be written earlier than the one before it. */
export function latest(a: Timestamp, b: Timestamp): Timestamp {
  return a >= b ? a : b;
}

/** Now, but later than the time before it: a change of its own has a time of its own, however slow the clock is. */
export function timeAfter(before: Timestamp, now: Timestamp): Timestamp {
  return latest(now, millisecondsAfter(before, 1));
}

/** A time in whole seconds since 1970, as DynamoDB's TTL counts. */
export function epochSecondsOf(time: Timestamp): number {
  return Math.floor(Date.parse(time) / 1000);
}

/** The same, `days` days later. */
export function epochSecondsAfter(time: Timestamp, days: number): number {
  return epochSecondsOf(time) + days * 86_400;
}

export function daysAfter(time: Timestamp, days: number): Timestamp {
  return millisecondsAfter(time, days * 86_400_000);
}

export function millisecondsAfter(time: Timestamp, milliseconds: number): Timestamp {
  return timestampAt(Date.parse(time) + milliseconds);
}

function requireUuid(text: string, what: string): string {
  if (!isUuid(text))
    throw new RangeError(`Not a ${what} (a lower-case UUID): ${text.slice(0, 60)}`);
  return text;
}

function requireText(text: string, what: string): string {
  if (text === '') throw new RangeError(`An empty ${what}`);
  return text;
}
