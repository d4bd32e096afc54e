import * as z from 'zod';
import { DamagedItemError, NewerItemError, NewerSchemaError } from './errors.ts';

/** Items as they come from the table: parsed, or refused with the fields at fault. */

/** The version of the item shapes below; every item carries it. */
export const SCHEMA = 1;

const NEWER = 'newer';

/** Lists that grow without a new schema, such as that of the types of jobs: a name that they lack is a newer version's, and anything else is damage. */
export const GROWING = {
  error: ({ input }: { readonly input?: unknown }) =>
    typeof input === 'string' ? NEWER : undefined,
};

/** What DynamoDB's document client gives. */
export type Item = Readonly<Record<string, unknown>>;

const Envelope = z.object({ SK: z.string(), schema: z.number() });

/**
 * @throws NewerItemError when a newer version of the code wrote the item.
 * @throws DamagedItemError when a field is missing or of another shape.
 */
export function parseItem<T>(shape: z.ZodType<T>, item: Item): T {
  const envelope = Envelope.safeParse(item);
  if (!envelope.success) throw new DamagedItemError('unknown', ['SK', 'schema']);
  const { SK, schema } = envelope.data;
  if (schema > SCHEMA) throw new NewerSchemaError(kindOf(SK), schema, SCHEMA);
  const parsed = shape.safeParse(item);
  if (!parsed.success) {
    const { issues } = parsed.error;
    const fields = issues.map((issue) => issue.path.join('.'));
    const newer = issues.findIndex(({ message }) => message === NEWER);
    if (newer >= 0) throw new NewerItemError(kindOf(SK), `an unknown ${fields[newer]}`);
    throw new DamagedItemError(kindOf(SK), [...new Set(fields)]);
  }
  return parsed.data;
}

/** The kind of item that a sort key says, without the ids in it. */
function kindOf(sortKey: string): string {
  return /^[A-Z_]+/.exec(sortKey)?.[0] ?? 'SUGGESTION';
}

/** Whether an item's time to live is over although DynamoDB has not deleted it yet. */
export function isExpired(item: Item, nowEpochSeconds: number): boolean {
  return typeof item.expiresAt === 'number' && item.expiresAt <= nowEpochSeconds;
}
