import fc from 'fast-check';
import { IDS, NAMED } from './places.ts';

/** Values that fit a JSON schema of the OpenAPI document: of the keywords that it uses, and of no others. */

export interface Schema {
  readonly $ref?: string;
  readonly oneOf?: readonly Schema[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly type?: string;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly items?: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly uniqueItems?: boolean;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
}

/** Longer lists tell nothing more, and take long to shrink; the longest are among the nasty bodies. */
const ITEMS_MAX = 8;

/**
 * @param name of the field or parameter that the value is for.
 * @param resolve gives the schema that a `$ref` names.
 * @throws RangeError for a schema that has none of the known types.
 */
export function valuesOf(
  schema: Schema,
  name: string,
  resolve: (ref: string) => Schema,
): fc.Arbitrary<unknown> {
  const of = (part: Schema, called = name) => valuesOf(part, called, resolve);
  if (schema.$ref !== undefined) return of(resolve(schema.$ref));
  if (schema.oneOf !== undefined) return fc.oneof(...schema.oneOf.map((part) => of(part)));
  if ('const' in schema) return fc.constant(schema.const);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  switch (schema.type) {
    case 'string':
      return texts(schema, name);
    case 'integer':
      return fc.integer({ min: schema.minimum ?? 0, max: schema.maximum ?? 1000 });
    case 'number':
      return fc.double({ min: schema.minimum ?? 0, max: schema.maximum ?? 1, noNaN: true });
    case 'boolean':
      return fc.boolean();
    case 'array':
      return lists(schema, of);
    case 'object':
      return objects(schema, of);
    default:
      throw new RangeError(`No values for the schema ${JSON.stringify(schema)}`);
  }
}

/** By their expressions: making such a generator takes as long as thousands of its texts. */
const matchers = new Map<string, fc.Arbitrary<string>>();

function textsMatching(expression: RegExp): fc.Arbitrary<string> {
  const made = matchers.get(expression.source) ?? fc.stringMatching(expression);
  matchers.set(expression.source, made);
  return made;
}

/** Mostly what names something, where that fits. */
function texts(schema: Schema, name: string): fc.Arbitrary<string> {
  const { pattern, minLength = 0, maxLength = 100 } = schema;
  const expression = new RegExp(pattern ?? '', 'u');
  const named = (NAMED[name] ?? IDS).filter((id) => expression.test(id));
  const any =
    pattern === undefined || pattern.startsWith('^[^')
      ? // Where all is taken but some, the generator of matching texts makes none beyond ASCII.
        fc
          .string({ unit: 'grapheme', minLength, maxLength })
          .filter((text) => expression.test(text))
      : textsMatching(expression);
  if (named.length === 0) return any;
  return fc.oneof({ arbitrary: fc.constantFrom(...named), weight: 6 }, any);
}

type Of = (part: Schema, called?: string) => fc.Arbitrary<unknown>;

function lists(schema: Schema, of: Of) {
  const { items = {}, minItems = 0, maxItems = ITEMS_MAX, uniqueItems = false } = schema;
  const length = { minLength: minItems, maxLength: Math.min(maxItems, ITEMS_MAX) };
  return uniqueItems ? fc.uniqueArray(of(items), length) : fc.array(of(items), length);
}

function objects({ properties = {}, required = [] }: Schema, of: Of): fc.Arbitrary<unknown> {
  const fields = Object.entries(properties).map(([name, part]) => [name, of(part, name)] as const);
  return fc.record(Object.fromEntries(fields), { requiredKeys: [...required] });
}
