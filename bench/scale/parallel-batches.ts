import * as z from 'zod';
import type { FunctionInvoker, InvocationResult, Resource } from '../../local/runtime/contract.ts';

/**
 * What the local stack does batch after batch, Lambda does at once for so many batches of a shard as the event source says, each
 * item's records in one of them (Developer Guide, "Polling and batching streams"). Here a batch is divided into as many.
 */

const Batch = z.object({
  Records: z.array(
    z.looseObject({
      dynamodb: z.looseObject({
        Keys: z.looseObject({ PK: z.object({ S: z.string() }) }),
      }),
    }),
  ),
});
type Batch = z.infer<typeof Batch>;

const Failures = z.object({ batchItemFailures: z.array(z.unknown()) });

/** Batches at once by the name of the function that gets them. */
export function batchesAtOnce(resources: readonly Resource[]): ReadonlyMap<string, number> {
  return new Map(
    resources
      .filter(({ type }) => type === 'AWS::Lambda::EventSourceMapping')
      .map(({ properties }) => [
        String(properties.FunctionName),
        Number(properties.ParallelizationFactor ?? 1),
      ]),
  );
}

export function inParts(
  invoker: FunctionInvoker,
  factors: ReadonlyMap<string, number>,
): FunctionInvoker {
  return {
    async invoke(name, payload) {
      const parts = divided(Batch.parse(payload), factors.get(name) ?? 1);
      return together(await Promise.all(parts.map((part) => invoker.invoke(name, part))));
    },
  };
}

/** Records of one partition key stay together, in their order. */
export function divided({ Records }: Batch, most: number): readonly Batch[] {
  const keys = [...new Set(Records.map(keyOf))];
  const parts = Array.from({ length: most }, (_, part) => {
    const own = new Set(keys.filter((_key, place) => place % most === part));
    return { Records: Records.filter((record) => own.has(keyOf(record))) };
  });
  return parts.filter((part) => part.Records.length > 0);
}

function keyOf({ dynamodb }: Batch['Records'][number]): string {
  return dynamodb.Keys.PK.S;
}

/** One that failed fails all; otherwise the records that did. */
function together(results: readonly InvocationResult[]): InvocationResult {
  const failed = results.find(({ kind }) => kind !== 'success');
  if (failed !== undefined) return failed;
  const batchItemFailures = results.flatMap((result) => {
    const said = Failures.safeParse(result.kind === 'success' ? result.payload : undefined);
    return said.success ? said.data.batchItemFailures : [];
  });
  return { kind: 'success', payload: { batchItemFailures } };
}
