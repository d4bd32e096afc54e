import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { configurationFields, configurationSchema } from '../../docs/configuration-schema.ts';
import { parseConfig } from '../../infra/config/config.ts';
import { CONFIGURATION_PAGE, fencedIn, MODEL_PAGE, rowsOf } from './markdown.ts';

/** The page of the configuration names the fields of the schema that the file is checked with, and no others. */

const FIELDS = configurationFields();
const rows = new Map(
  [...rowsOf(CONFIGURATION_PAGE)].flatMap(([cell, cells]) => {
    const [, field] = /^`(.+)`$/.exec(cell) ?? [];
    return field === undefined ? [] : [[field, cells] as const];
  }),
);
const [example = ''] = fencedIn(CONFIGURATION_PAGE, 'json');

/** How the page writes a default; objects have theirs at their fields. */
function defaultOf({ default: value, required }: (typeof FIELDS)[number]): string {
  if (value === undefined) return required ? 'required' : 'none';
  if (typeof value === 'object' && !Array.isArray(value)) return 'below';
  return `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
}

describe('the page of the configuration', () => {
  it('names every field, and no other', () => {
    expect([...rows.keys()].sort()).toEqual(FIELDS.map(({ path }) => path).sort());
  });

  it.each(FIELDS)('says of $path what stands there without it', (field) => {
    expect(rows.get(field.path)?.[0]).toBe(defaultOf(field));
  });

  it.each(FIELDS.filter(({ minimum, maximum }) => minimum !== undefined && maximum !== undefined))(
    'says of $path that it goes from $minimum to $maximum',
    ({ path, minimum, maximum }) => {
      // Zero is a value by itself where what is nearest to it is refused.
      const values = rows.get(path)?.[1]?.replace('0, or 1e-9', '0');
      expect(values).toMatch(new RegExp(`\\b${minimum} to ${maximum}\\b`));
    },
  );

  it('shows a file that can be used', () => {
    expect(() => parseConfig(JSON.parse(example))).not.toThrow();
  });
});

describe('the page about a language model', () => {
  const LIMITS = FIELDS.filter(({ path }) => path.startsWith('model.limits.'));

  it.each(LIMITS)('says of $path what stands there without it', ({ path, default: value }) => {
    const name = path.slice('model.limits.'.length);
    expect(rowsOf(MODEL_PAGE).get(`\`${name}\``)?.[0]).toBe(String(value));
  });
});

describe('the JSON schema of the configuration', () => {
  const validate = new Ajv({ strict: false }).compile(configurationSchema(new Map()));

  it('takes what is taken', () => {
    expect(validate(JSON.parse(example))).toBe(true);
    expect(validate({})).toBe(true);
    const model = { provider: 'bedrock', modelId: 'eu.amazon.nova-lite-v1:0' };
    expect(validate({ model })).toBe(true);
  });

  it.each([
    { retentionDays: 0 },
    { retensionDays: 30 },
    { schedules: [{ name: 'nightly' }] },
    { servers: [{ id: 'Home', budgets: [] }] },
  ])('refuses %j, which is refused', (config) => {
    expect(() => parseConfig(config)).toThrow();
    expect(validate(config)).toBe(false);
  });
});
