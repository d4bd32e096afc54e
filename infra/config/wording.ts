import type { z } from 'zod';

/** What is wrong with a value, where its schema has no words of its own: always what would be right. */
export function wordingOf(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? 'is missing' : `has to be ${kindOf(issue.expected)}`;
    case 'too_small':
      return `has to be at least ${issue.minimum}${unitOf(issue.origin)}`;
    case 'too_big':
      return `may be ${issue.maximum}${unitOf(issue.origin)} at most`;
    case 'invalid_value':
      return `has to be ${issue.values.map(String).join(' or ')}`;
    case 'unrecognized_keys':
      return `has no field ${issue.keys.join(', ')}`;
    default:
      return 'is not what may stand here';
  }
}

function kindOf(expected: string): string {
  const kinds: Readonly<Record<string, string>> = {
    array: 'a list',
    boolean: 'true or false',
    int: 'a whole number',
    object: 'an object',
    string: 'a text',
  };
  return kinds[expected] ?? `a ${expected}`;
}

function unitOf(origin: string): string {
  if (origin === 'string') return ' letters long';
  return origin === 'array' ? ' long' : '';
}
