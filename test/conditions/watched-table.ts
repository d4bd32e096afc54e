import type { TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb';
import { MemoryTable } from '../simulation/table/memory-table.ts';
import { clausesOf } from './clauses.ts';

type TransactItem = NonNullable<TransactWriteCommandInput['TransactItems']>[number];

/** A clause in its place, in words: the kind of write, the kind of item, the whole condition, and the clause in it. */
export type PlacedClause = string;

const seen = new Set<PlacedClause>();

/** What was seen since the last call. */
export function takeSeen(): readonly PlacedClause[] {
  const taken = [...seen];
  seen.clear();
  return taken;
}

/** A table in memory that notes every clause that it is given, and does not look at one of them. */
export class WatchedTable extends MemoryTable {
  private readonly missing: PlacedClause;

  /** @param missing empty: none. */
  constructor(missing: PlacedClause) {
    super();
    this.missing = missing;
  }

  override transact({ TransactItems = [], ...input }: TransactWriteCommandInput): void {
    const kinds = TransactItems.map(kindOf);
    super.transact({
      ...input,
      TransactItems: TransactItems.map((item, index) => {
        const kind = kinds[index] ?? '';
        // A check guards what is written beside it: each kind of that is a place of its own.
        const guarded = kinds.find((other) => other !== kind) ?? 'nothing';
        return this.watched(item, item.ConditionCheck ? `${kind} for ${guarded}` : kind);
      }),
    });
  }

  private watched({ Put, Update, Delete, ConditionCheck }: TransactItem, kind: string) {
    if (Put !== undefined) return { Put: this.without(Put, kind) };
    if (Update !== undefined) return { Update: this.without(Update, kind) };
    if (Delete !== undefined) return { Delete: this.without(Delete, kind) };
    return ConditionCheck === undefined
      ? {}
      : { ConditionCheck: this.without(ConditionCheck, kind) };
  }

  private without<Request extends { ConditionExpression?: string | undefined }>(
    request: Request,
    kind: string,
  ): Request {
    const { ConditionExpression: condition } = request;
    if (condition === undefined) return request;
    const rests = new Map<PlacedClause, string | undefined>();
    for (const { text, rest } of clausesOf(condition)) {
      let place = placed(kind, condition, text);
      while (rests.has(place)) place = `another ${place}`;
      rests.set(place, rest);
      seen.add(place);
    }
    return rests.has(this.missing)
      ? { ...request, ConditionExpression: rests.get(this.missing) }
      : request;
  }
}

/** A list of values is the same place whatever their number. */
function placed(kind: string, condition: string, clause: string): PlacedClause {
  const words = [kind, condition].filter((word) => word !== '').join(' if ');
  return `${words}: ${clause}`.replaceAll(/ IN \([^)]*\)/g, ' IN (…)');
}

/** Whether it is this clause, wherever its place. */
export function isOf(place: PlacedClause, clause: string): boolean {
  return place.endsWith(placed('', '', clause));
}

function kindOf({ Put, Update, Delete, ConditionCheck }: TransactItem): string {
  if (Put !== undefined) return `Put ${itemOf(Put.Item)}`;
  if (Update !== undefined) return `Update ${itemOf(Update.Key)} ${Update.UpdateExpression}`;
  if (Delete !== undefined) return `Delete ${itemOf(Delete.Key)}`;
  return `Check ${itemOf(ConditionCheck?.Key)}`;
}

/** The kind of item: a suggestion by its partition, any other by the beginning of its sort key. */
function itemOf(key: Readonly<Record<string, unknown>> | undefined): string {
  const [partition = ''] = String(key?.PK).split('#');
  const [kind = ''] = String(key?.SK).split('#');
  return partition === 'SUGGESTIONS' ? 'SUGGESTION' : kind;
}
