import * as z from 'zod';

/** Amazon States Language, as far as the product's definition uses it; anything else is refused when it is read. */

const ChoiceRule: z.ZodType<ChoiceRule> = z.union([
  z.strictObject({ Variable: z.string(), StringEquals: z.string(), Next: z.string().optional() }),
  z.strictObject({
    get Or() {
      return z.array(ChoiceRule);
    },
    Next: z.string().optional(),
  }),
]);
type ChoiceRule =
  | { readonly Variable: string; readonly StringEquals: string; readonly Next?: string | undefined }
  | { readonly Or: readonly ChoiceRule[]; readonly Next?: string | undefined };

const Retrier = z.strictObject({
  ErrorEquals: z.array(z.string()),
  IntervalSeconds: z.number(),
  MaxAttempts: z.number(),
  BackoffRate: z.number().default(2),
  MaxDelaySeconds: z.number().default(Number.POSITIVE_INFINITY),
  JitterStrategy: z.enum(['FULL', 'NONE']).default('NONE'),
});
export type Retrier = z.infer<typeof Retrier>;

const Catcher = z.strictObject({
  ErrorEquals: z.array(z.string()),
  ResultPath: z.string().nullable(),
  Next: z.string(),
});

const State = z.discriminatedUnion('Type', [
  z.strictObject({
    Type: z.literal('Choice'),
    Choices: z.array(ChoiceRule),
    Default: z.string(),
  }),
  z.strictObject({
    Type: z.literal('Pass'),
    Result: z.unknown(),
    ResultPath: z.string(),
    Next: z.string(),
  }),
  z.strictObject({
    Type: z.literal('Task'),
    Resource: z.literal('arn:aws:states:::lambda:invoke'),
    Parameters: z.strictObject({
      FunctionName: z.string(),
      Payload: z.record(z.string(), z.unknown()),
    }),
    ResultSelector: z.record(z.string(), z.unknown()).optional(),
    ResultPath: z.string().nullable(),
    Retry: z.array(Retrier).default([]),
    Catch: z.array(Catcher).default([]),
    Next: z.string().optional(),
    End: z.literal(true).optional(),
  }),
  z.strictObject({ Type: z.literal('Fail'), ErrorPath: z.string() }),
]);
export type State = z.infer<typeof State>;
export type TaskState = Extract<State, { readonly Type: 'Task' }>;

const Definition = z.strictObject({
  StartAt: z.string(),
  TimeoutSeconds: z.number(),
  States: z.record(z.string(), State),
});
export type Definition = z.infer<typeof Definition>;

/** @throws ZodError when the definition has what is not understood here. */
export function parseDefinition(json: string): Definition {
  return Definition.parse(JSON.parse(json));
}

/** Where values come from: the state's data, and the context object (`$$`). */
export interface Scope {
  readonly data: unknown;
  readonly context: unknown;
}

/** What a path names; undefined when there is nothing. */
export function valueAt(path: string, { data, context }: Scope): unknown {
  const [root, ...names] = path.split('.');
  let value = root === '$$' ? context : data;
  for (const name of names) {
    value = isRecord(value) ? value[name] : undefined;
  }
  return value;
}

/** A template of values: `name.$` is the value at a path. */
export function filled(template: unknown, scope: Scope): unknown {
  if (!isRecord(template)) return template;
  return Object.fromEntries(
    Object.entries(template).map(([name, value]) =>
      name.endsWith('.$')
        ? [name.slice(0, -2), valueAt(String(value), scope)]
        : [name, filled(value, scope)],
    ),
  );
}

/** The data with a result put at `$.name`; null leaves it as it is. */
export function withResult(data: unknown, path: string | null, result: unknown): unknown {
  if (path === null) return data;
  const [, name = ''] = path.split('.');
  return { ...(isRecord(data) ? data : {}), [name]: result };
}

/** The state that a choice leads to. */
export function chosen(
  { Choices, Default }: Extract<State, { readonly Type: 'Choice' }>,
  scope: Scope,
): string {
  return Choices.find((rule) => applies(rule, scope))?.Next ?? Default;
}

function applies(rule: ChoiceRule, scope: Scope): boolean {
  if ('Or' in rule) return rule.Or.some((one) => applies(one, scope));
  return valueAt(rule.Variable, scope) === rule.StringEquals;
}

/** Whether a retrier or catcher is meant for an error. `States.ALL` is for all but what nobody can catch. */
export function isFor(error: string, { ErrorEquals }: { readonly ErrorEquals: readonly string[] }) {
  return (
    ErrorEquals.includes(error) ||
    (ErrorEquals.includes('States.ALL') && error !== 'States.Runtime')
  );
}

/** Seconds before the next attempt, at most; with full jitter it is any time up to that. */
export function longestWait(retrier: Retrier, attemptsBefore: number): number {
  const { IntervalSeconds, BackoffRate, MaxDelaySeconds } = retrier;
  return Math.min(IntervalSeconds * BackoffRate ** attemptsBefore, MaxDelaySeconds);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
