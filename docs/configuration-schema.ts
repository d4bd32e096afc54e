import * as z from 'zod';
import { Config } from '../infra/config/config.ts';

/** The configuration file as a JSON schema, for editors and for the page that describes it. */

/** What is said of one field, by its place: `servers[].id` for the id of each server. */
export interface Field {
  readonly path: string;
  /** Its value where the file says nothing; undefined for none. */
  readonly default: unknown;
  /** Whether whatever it belongs to cannot do without it. */
  readonly required: boolean;
  readonly minimum: number | undefined;
  readonly maximum: number | undefined;
}

type Node = Readonly<Record<string, unknown>>;
type Visit = (path: string, node: Node, parent: Node, name: string) => void;

/** @param meanings of fields by path; they become descriptions. */
export function configurationSchema(meanings: ReadonlyMap<string, string>): Node {
  const schema = nodeOf(
    structuredClone(z.toJSONSchema(Config, { io: 'input', target: 'draft-7' })),
  );
  visit(schema, '', (path, node) => {
    const description = meanings.get(path);
    if (description !== undefined) Object.assign(node, { description });
  });
  return { title: 'Configuration of actual-jobs', ...schema };
}

/** Every field once, in the order of the schema; one that several variants have is told of by the first. */
export function configurationFields(): readonly Field[] {
  const fields = new Map<string, Field>();
  visit(configurationSchema(new Map()), '', (path, node, parent, name) => {
    if (fields.has(path)) return;
    const { required = [] } = parent;
    fields.set(path, {
      path,
      default: node.default ?? nodeOf(parent.default)[name],
      required: Array.isArray(required) && required.includes(name),
      minimum: typeof node.minimum === 'number' ? node.minimum : undefined,
      maximum: typeof node.maximum === 'number' ? node.maximum : undefined,
    });
  });
  return [...fields.values()];
}

function visit(node: Node, path: string, see: Visit): void {
  for (const variant of [node, ...listOf(node.oneOf), ...listOf(node.anyOf)].map(nodeOf)) {
    for (const [name, property] of Object.entries(nodeOf(variant.properties))) {
      const inner = path === '' ? name : `${path}.${name}`;
      const child = nodeOf(property);
      see(inner, child, variant === node ? node : { ...variant, default: node.default }, name);
      visit(child, inner, see);
      if (child.items !== undefined) visit(nodeOf(child.items), `${inner}[]`, see);
    }
  }
}

function nodeOf(value: unknown): Node {
  return isNode(value) ? value : {};
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
