import { describe, expect, it } from 'vitest';
import { referencePage } from '../../docs/reference-page.ts';
import { fieldRows, typeOf } from '../../docs/schema-rows.ts';
import { published } from '../handlers/document.ts';
import { REFERENCE_PAGE, sectionsOf } from './markdown.ts';

/** The reference has all of the OpenAPI document, in words that fit into a table. */

const sections = sectionsOf(REFERENCE_PAGE);
const { paths, components } = Object(published);

/** As GitHub makes an anchor of a heading. */
const anchorOf = (heading: string) =>
  heading
    .toLowerCase()
    .replace(/[^\w\- ]/g, '')
    .replaceAll(' ', '-');

describe('the reference', () => {
  it('is what the document makes of it', () => {
    expect(REFERENCE_PAGE).toBe(referencePage(published));
  });

  it('has every call with its parameters and answers', () => {
    for (const [path, methods] of Object.entries(Object(paths))) {
      for (const [method, operation] of Object.entries(Object(methods))) {
        const { parameters = [], responses } = Object(operation);
        const section = sections.get(`\`${method.toUpperCase()} ${path}\``) ?? '';
        const common = sections.get('What every call may answer') ?? '';
        for (const { name } of parameters) expect(section).toContain(`| \`${name}\` |`);
        for (const status of Object.keys(responses)) {
          expect(section + common, `${method} ${path}`).toContain(`| ${status} |`);
        }
      }
    }
  });

  it('has every document with its fields', () => {
    for (const [name, schema] of Object.entries(Object(components.schemas))) {
      const section = sections.get(`\`${name}\``);
      for (const field of Object.keys(Object(schema).properties ?? {})) {
        expect(section, name).toContain(`| \`${field}\` |`);
      }
    }
  });

  it('leads nowhere that is not there', () => {
    const anchors = [...sections.keys()].map(anchorOf);
    const links = [...REFERENCE_PAGE.matchAll(/\]\(#([^)]+)\)/g)].map(([, anchor]) => anchor);
    expect(links.length).toBeGreaterThan(20);
    expect(links.filter((link) => !anchors.includes(link ?? ''))).toEqual([]);
  });
});

describe('a value', () => {
  it.each([
    [{ type: 'string', format: 'uuid', pattern: '^x$' }, 'string, uuid'],
    [{ type: 'string', pattern: '^a|b$' }, 'string, `^a\\|b$`'],
    [{ type: 'string', minLength: 1, maxLength: 9 }, 'string, 1 to 9 characters'],
    [{ type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER }, 'integer, at least 0'],
    [{ type: ['string', 'null'] }, 'string or null'],
    [{ anyOf: [{ enum: ['a', 'b'] }, { type: 'null' }] }, 'one of `a`, `b` or null'],
    [{ const: 'a' }, '`a`'],
    [{ $ref: '#/components/schemas/Job' }, '[Job](#job)'],
    [{ type: 'array', items: { type: 'string' } }, 'list of string'],
    [
      { type: 'array', minItems: 1, maxItems: 5, items: { type: 'object', properties: {} } },
      'list of 1 to 5 objects',
    ],
  ])('%j is: %s', (schema, words) => {
    expect(typeOf(schema)).toBe(words);
  });

  it('with parts has a row for each, with its way there', () => {
    const part = (name: string) => ({ properties: { [name]: { type: 'string' } } });
    const list = { type: 'array', items: { oneOf: [part('b'), part('c')] } };
    const schema = { properties: { one: part('a'), many: list }, required: ['one'] };
    expect(fieldRows(schema).map((row) => row.split(' | ')[0])).toEqual([
      '| `one`',
      '| `one.a`',
      '| `many`',
      '| `many[].b`',
      '| *or*',
      '| `many[].c`',
    ]);
  });
});
