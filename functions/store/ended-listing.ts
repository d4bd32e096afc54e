import { daysAfter, type JobId, type Timestamp } from '../domain/ids.ts';
import { jobInKeyOf } from './job-rows.ts';
import { endSortKey, endsPartitions } from './keys.ts';
import { isExpired } from './rows.ts';
import type { Table } from './table.ts';

/** The jobs that ended between two times, both included, in that order. Eventually consistent. */
export async function listEnded(
  table: Table,
  { from, to }: { readonly from: Timestamp; readonly to: Timestamp },
  nowEpochSeconds: number,
): Promise<readonly JobId[]> {
  const ended = await Promise.all(
    partitionsOfEnds(from, to).map((partition) =>
      table.all({
        KeyConditionExpression: 'PK = :pk AND SK BETWEEN :from AND :to',
        ExpressionAttributeValues: {
          ':pk': partition,
          ':from': endSortKey(from),
          ':to': `${endSortKey(to)}~`,
        },
      }),
    ),
  );
  return ended
    .flat()
    .filter((item) => !isExpired(item, nowEpochSeconds))
    .sort((one, other) => (String(one.SK) < String(other.SK) ? -1 : 1))
    .map(jobInKeyOf);
}

/** Partitions with the ends of all days from one time to another. */
function partitionsOfEnds(from: Timestamp, to: Timestamp): readonly string[] {
  const days = [to];
  for (let day = from; day < to; day = daysAfter(day, 1)) days.push(day);
  return [...new Set(days.flatMap(endsPartitions))];
}
