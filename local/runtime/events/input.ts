import { type Fields, fieldsOf } from '../fields.ts';

/** What a rule hands to a target: the event itself, a text of its own, or what an input transformer makes of the event. */

/** A JSON string, or a placeholder outside of any. */
const PART = /"(?:[^"\\]|\\.)*"|<[\w-]+>/g;

/** @returns a JSON value; text where the template is none, such as several quoted lines. */
export function inputOf(target: Fields, event: Fields): unknown {
  if (typeof target.Input === 'string') return JSON.parse(target.Input);
  const { InputPathsMap: paths, InputTemplate: template } = fieldsOf(target.InputTransformer);
  if (typeof template !== 'string') return event;
  const values = new Map(
    Object.entries(fieldsOf(paths)).map(([name, path]) => [name, valueAt(event, String(path))]),
  );
  const filled = template.replace(PART, (part) => {
    if (!part.startsWith('"')) return JSON.stringify(values.get(part.slice(1, -1)) ?? null);
    return part.replace(/<([\w-]+)>/g, (placeholder, name) =>
      values.has(name) ? withinString(values.get(name)) : placeholder,
    );
  });
  try {
    return JSON.parse(filled);
  } catch {
    return filled;
  }
}

/** A missing value leaves nothing. */
function withinString(value: unknown): string {
  const text = typeof value === 'string' ? value : value == null ? '' : JSON.stringify(value);
  return JSON.stringify(text).slice(1, -1);
}

function valueAt(event: Fields, path: string): unknown {
  const parts = path.split('.').slice(1);
  return parts.reduce<unknown>((value, part) => fieldsOf(value)[part], event);
}
