import type * as z from 'zod';

/**
 * What is wrong with a field, as the rest of a sentence that begins with the field's name. It says what would be
 * right and never repeats what was sent: that may be long, or a secret in the wrong place.
 */
export const inOurWords: z.core.$ZodErrorMap = (issue) => {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? 'is missing' : `has to be ${noun(issue.expected)}`;
    case 'invalid_value':
      return issue.input === undefined
        ? 'is missing'
        : `has to be one of ${issue.values.map(String).join(', ')}`;
    case 'too_small':
      return `has to ${measured(issue.origin, `at least ${issue.minimum}`)}`;
    case 'too_big':
      return `has to ${measured(issue.origin, `at most ${issue.maximum}`)}`;
    case 'unrecognized_keys':
      return 'is not known here';
    default:
      return 'is not valid';
  }
};

function measured(origin: string, bound: string): string {
  switch (origin) {
    case 'string':
      return `have ${bound} characters`;
    case 'array':
      return `have ${bound} entries`;
    default:
      return `be ${bound}`;
  }
}

function noun(expected: string): string {
  switch (expected) {
    case 'object':
      return 'a JSON object';
    case 'array':
      return 'a list';
    case 'boolean':
      return 'true or false';
    default:
      return `a ${expected}`;
  }
}
