/** Planted texts, and the few places where they may turn up. */

/** Where something was found: an answer of an operation, a log, an item of the table, an execution. */
export type Trace =
  | {
      readonly in: 'answer';
      readonly operation: string;
      readonly status: number;
      readonly text: string;
    }
  | { readonly in: 'log' | 'item' | 'execution'; readonly name: string; readonly text: string };

export interface Canary {
  /** What it stands for, to be named in a report. */
  readonly name: string;
  /** Such that it stands in JSON as it is. */
  readonly text: string;
  /** Whether it belongs there. */
  readonly mayBeIn: (trace: Trace) => boolean;
}

export const nowhere = (): boolean => false;

/** Proposals show payees and amounts: that is what they are for, and the table keeps them. */
export function amongSuggestions(trace: Trace): boolean {
  if (trace.in === 'answer') {
    return trace.status === 200 && trace.operation.includes('/suggestions');
  }
  return trace.in === 'item' && trace.name.startsWith('SUGGESTIONS#');
}

/** Canaries that a trace holds and should not, in plain text or in a usual disguise. */
export function leaksIn(trace: Trace, canaries: readonly Canary[]): readonly string[] {
  const text = trace.text.toLowerCase();
  return canaries
    .filter((canary) => !canary.mayBeIn(trace))
    .filter(
      (canary) =>
        text.includes(canary.text.toLowerCase()) ||
        disguises(canary.text).some((disguised) => trace.text.includes(disguised)),
    )
    .map(({ name }) => name);
}

const known = new Map<string, readonly string[]>();

/** A text in hexadecimal, and in base64 at each of the three places that it can have in a longer one. */
function disguises(text: string): readonly string[] {
  const before = known.get(text);
  if (before !== undefined) return before;
  const bytes = Buffer.from(text);
  const inside = [0, 1, 2].map((offset) => {
    // The first and last characters also depend on what stands beside the text.
    const encoded = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64url');
    return encoded.slice(offset === 0 ? 0 : 4, -4);
  });
  const all = [bytes.toString('hex'), ...inside];
  known.set(text, all);
  return all;
}
