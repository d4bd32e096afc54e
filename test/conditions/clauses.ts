/** The clauses of a condition expression, and what is left of it without each of them. */
export interface Clause {
  readonly text: string;
  /** The expression without it; undefined when nothing is left, so that everything is let through. */
  readonly rest: string | undefined;
}

/** Every clause at any depth: what AND and OR join, groups in brackets as a whole and in their parts. */
export function clausesOf(expression: string): readonly Clause[] {
  const parts = partsOf(expression);
  const whole = { text: bare(expression), rest: undefined };
  if (parts.of.length === 1) return [whole];
  const within = partsWithin(parts);
  return parts.word === 'OR' ? [whole, ...within] : within;
}

interface Parts {
  readonly word: 'OR' | 'AND';
  readonly of: readonly string[];
}

function partsWithin({ word, of }: Parts): readonly Clause[] {
  const joined = (parts: readonly string[]) =>
    parts.map((part) => `(${bare(part)})`).join(` ${word} `);
  return of.flatMap((part, index) => {
    const inner = partsOf(part);
    const nested = inner.of.length === 1 ? [] : partsWithin(inner);
    return [
      { text: bare(part), rest: joined(of.toSpliced(index, 1)) },
      ...nested.map(({ text, rest }) => ({ text, rest: joined(of.with(index, rest ?? '')) })),
    ];
  });
}

/** What the loosest word of the expression joins; one part when there is none. */
function partsOf(expression: string): Parts {
  const text = bare(expression);
  const either = split(text, ' OR ');
  if (either.length > 1) return { word: 'OR', of: either };
  return { word: 'AND', of: split(text, ' AND ') };
}

/** Splits where the word stands outside of brackets and does not belong to a BETWEEN. */
function split(text: string, word: string): readonly string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === '(') depth += 1;
    if (text[at] === ')') depth -= 1;
    const joins = depth === 0 && text.startsWith(word, at);
    if (!joins || / BETWEEN \S+$/.test(text.slice(start, at))) continue;
    parts.push(text.slice(start, at));
    start = at + word.length;
  }
  return [...parts, text.slice(start)];
}

/** Without the brackets around all of it. */
function bare(text: string): string {
  if (!text.startsWith('(')) return text;
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === '(') depth += 1;
    if (text[at] === ')') depth -= 1;
    if (depth === 0) return at === text.length - 1 ? bare(text.slice(1, -1)) : text;
  }
  return text;
}
