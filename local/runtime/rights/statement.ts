/** Statements of IAM policies, as far as templates here use them; what is not known is refused instead of passed over. */

/** A call as IAM looks at it. */
export interface Attempt {
  /** `dynamodb:Query` */
  readonly action: string;
  /** ARN. */
  readonly resource: string;
  /** Condition keys in lower case, with the values of the call; a key that the call does not have is absent. */
  readonly context?: Readonly<Record<string, readonly string[]>>;
}

export interface Statement {
  readonly effect: 'Allow' | 'Deny';
  matches(attempt: Attempt): boolean;
}

/** @throws Error for what is not known here. */
export function parseStatement(value: unknown): Statement {
  const { Effect, Action, Resource, Condition, Sid: _name, ...unknown } = Object(value);
  const more = Object.keys(unknown);
  if (more.length > 0) throw new Error(`A policy has ${more.join(', ')}, which is not known here`);
  if (Effect !== 'Allow' && Effect !== 'Deny') throw new Error('A policy has no effect');
  const actions = textsIn(Action).map((pattern) => patternOf(pattern.toLowerCase()));
  const resources = textsIn(Resource).map(patternOf);
  const conditions = Object.entries(Object(Condition)).flatMap(([operator, keys]) =>
    Object.entries(Object(keys)).map(([key, values]) =>
      conditionOf(operator, key.toLowerCase(), textsIn(values)),
    ),
  );
  return {
    effect: Effect,
    matches: ({ action, resource, context = {} }) =>
      actions.some((pattern) => pattern.test(action.toLowerCase())) &&
      resources.some((pattern) => pattern.test(resource)) &&
      conditions.every((holds) => holds(context)),
  };
}

type Condition = (context: Readonly<Record<string, readonly string[]>>) => boolean;

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html */
function conditionOf(operator: string, key: string, wanted: readonly string[]): Condition {
  const [set, comparison] = operator.includes(':') ? operator.split(':') : ['', operator];
  if (comparison !== 'StringEquals' && comparison !== 'StringLike') {
    throw new Error(`A policy has a condition ${operator}, which is not known here`);
  }
  const isWanted = (value: string) =>
    comparison === 'StringEquals'
      ? wanted.includes(value)
      : wanted.some((pattern) => patternOf(pattern).test(value));
  switch (set) {
    // True of a call without the key, as in IAM.
    case 'ForAllValues':
      return (context) => (context[key] ?? []).every(isWanted);
    case 'ForAnyValue':
    case '':
      return (context) => (context[key] ?? []).some(isWanted);
    default:
      throw new Error(`A policy has a condition ${operator}, which is not known here`);
  }
}

/** `*` is any text, `?` any letter. */
function patternOf(pattern: string): RegExp {
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`, 's');
}

function textsIn(value: unknown): readonly string[] {
  return [value ?? []].flat().map(String);
}
