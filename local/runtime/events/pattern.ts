import { isFields } from '../fields.ts';

/** Event patterns, as EventBridge rules and event source filters write them. */

/** A pattern that this machine cannot match rightly. */
export class PatternError extends Error {
  override readonly name = 'PatternError';
}

/** Whether every field that the pattern names matches one of its alternatives. */
export function matches(pattern: unknown, event: unknown): boolean {
  if (!isFields(pattern)) throw new PatternError('An event pattern has to be an object.');
  return Object.entries(pattern).every(([field, wanted]) => {
    const value = isFields(event) ? event[field] : undefined;
    if (Array.isArray(wanted)) {
      // Of a list in the event one has to match.
      const values: readonly unknown[] = Array.isArray(value) ? value : [value];
      return wanted.some((alternative) => values.some((one) => isMatch(alternative, one)));
    }
    return matches(wanted, value);
  });
}

function isMatch(alternative: unknown, value: unknown): boolean {
  if (!isFields(alternative)) return alternative === value;
  const [[operator, argument] = ['', undefined]] = Object.entries(alternative);
  switch (operator) {
    case 'prefix':
      return typeof value === 'string' && value.startsWith(String(argument));
    case 'suffix':
      return typeof value === 'string' && value.endsWith(String(argument));
    case 'exists':
      return (value !== undefined) === argument;
    case 'anything-but':
      return value !== undefined && ![argument].flat().includes(value);
    default:
      throw new PatternError(`The local stack does not know the pattern ${operator}.`);
  }
}
