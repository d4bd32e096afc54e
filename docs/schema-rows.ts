import * as z from 'zod';

/** What a JSON Schema of the OpenAPI document says, as rows of a table. */

export interface Schema {
  readonly $ref?: string | undefined;
  readonly type?: string | readonly string[] | undefined;
  readonly format?: string | undefined;
  readonly pattern?: string | undefined;
  readonly const?: string | number | undefined;
  readonly enum?: readonly string[] | undefined;
  readonly description?: string | undefined;
  readonly minimum?: number | undefined;
  readonly maximum?: number | undefined;
  readonly minLength?: number | undefined;
  readonly maxLength?: number | undefined;
  readonly minItems?: number | undefined;
  readonly maxItems?: number | undefined;
  readonly items?: Schema | undefined;
  readonly properties?: Readonly<Record<string, Schema>> | undefined;
  readonly required?: readonly string[] | undefined;
  readonly oneOf?: readonly Schema[] | undefined;
  readonly anyOf?: readonly Schema[] | undefined;
}

export const Schema: z.ZodType<Schema> = z.lazy(() =>
  z.object({
    $ref: z.string().optional(),
    type: z.union([z.string(), z.array(z.string())]).optional(),
    format: z.string().optional(),
    pattern: z.string().optional(),
    const: z.union([z.string(), z.number()]).optional(),
    enum: z.array(z.string()).optional(),
    description: z.string().optional(),
    minimum: z.number().optional(),
    maximum: z.number().optional(),
    minLength: z.number().optional(),
    maxLength: z.number().optional(),
    minItems: z.number().optional(),
    maxItems: z.number().optional(),
    items: Schema.optional(),
    properties: z.record(z.string(), Schema).optional(),
    required: z.array(z.string()).optional(),
    oneOf: z.array(Schema).optional(),
    anyOf: z.array(Schema).optional(),
  }),
);

/** Text as a cell of a table takes it. */
export const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

const code = (text: string | number) => `\`${cell(String(text))}\``;

export const row = (...cells: readonly string[]) => `| ${cells.join(' | ')} |`;

/** What a value has to be, in a few words. */
export function typeOf(schema: Schema): string {
  const { $ref, const: only, enum: words, type, oneOf, anyOf, items } = schema;
  if ($ref !== undefined) return linkTo($ref);
  if (only !== undefined) return code(only);
  if (words !== undefined) return `one of ${words.map(code).join(', ')}`;
  const alternatives = type === undefined ? (oneOf ?? anyOf) : oneOf;
  if (alternatives !== undefined) return alternatives.map(typeOf).join(' or ');
  if (items !== undefined) return listOf(items, schema);
  const types = [type ?? 'anything'].flat();
  return [types.join(' or '), ...limitsOf(schema)].join(', ');
}

function listOf(items: Schema, { minItems, maxItems }: Schema): string {
  const what = isObject(items) ? 'objects' : typeOf(items);
  if (maxItems === undefined) return `list of ${what}`;
  const count = `${minItems ?? 0} to ${maxItems}`;
  return isObject(items) ? `list of ${count} ${what}` : `list of ${count}, each ${what}`;
}

/** The bounds of JavaScript's whole numbers are nobody's choice. */
const chosen = (bound: number | undefined) =>
  bound === undefined || Math.abs(bound) === Number.MAX_SAFE_INTEGER ? undefined : bound;

function limitsOf(schema: Schema): readonly string[] {
  const { format, pattern, minLength, maxLength } = schema;
  const minimum = chosen(schema.minimum);
  const maximum = chosen(schema.maximum);
  const numbers =
    minimum !== undefined && maximum !== undefined
      ? [`${minimum} to ${maximum}`]
      : minimum !== undefined
        ? [`at least ${minimum}`]
        : [];
  const lengths = maxLength === undefined ? [] : [`${minLength ?? 0} to ${maxLength} characters`];
  // A format says it shorter.
  const form = format ?? (pattern === undefined ? undefined : code(pattern));
  return [...(form === undefined ? [] : [form]), ...numbers, ...lengths];
}

function isObject({ properties, oneOf }: Schema): boolean {
  return properties !== undefined || (oneOf?.some(isObject) ?? false);
}

function linkTo(reference: string): string {
  const name = reference.split('/').at(-1) ?? '';
  return `[${name}](#${name.toLowerCase()})`;
}

/**
 * A row for each field: its name, what it has to be, what it says. Those of objects within follow under dotted names,
 * those of a list's entries with `[]`. Between the forms that an object may have stands *or*.
 */
export function fieldRows(schema: Schema, within = ''): readonly string[] {
  if (schema.oneOf?.some(isObject)) {
    const [first = [], ...others] = schema.oneOf.map((one) => fieldRows(one, within));
    return [...first, ...others.flatMap((rows) => [row('*or*', '', ''), ...rows])];
  }
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const path = `${within}${name}`;
    const optional = schema.required?.includes(name) ? '' : ', may be left out';
    const type = isObject(field) ? 'object' : typeOf(field);
    const own = row(code(path), type + optional, cell(field.description ?? ''));
    const inner = field.items ?? field.anyOf?.find(isObject) ?? field;
    const end = field.items === undefined ? '.' : '[].';
    return [own, ...(isObject(inner) ? fieldRows(inner, path + end) : [])];
  });
}
