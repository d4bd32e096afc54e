/**
 * DynamoDB's condition, key and update expressions, as far as the product uses them. Anything else is refused, so that
 * a new kind of expression is never taken for one that holds.
 */

export type Item = Readonly<Record<string, unknown>>;

/** What an expression's placeholders stand for. */
export interface Placeholders {
  readonly names?: Readonly<Record<string, string>> | undefined;
  readonly values?: Readonly<Record<string, unknown>> | undefined;
}

type Holds = (item: Item | undefined, placeholders: Placeholders) => boolean;
type Value = (item: Item | undefined, placeholders: Placeholders) => unknown;

const TOKEN = /\s*(<=|>=|<>|[()=<>,+-]|[#:]?[A-Za-z_][\w]*)/y;

const compiled = new Map<string, Holds>();

/** What a query gives of an item. @param names of attributes, with commas between; without them, all. */
export function projected(item: Item, names: string | undefined): Item {
  const wanted = names?.split(', ');
  return Object.fromEntries(
    Object.entries(item).filter(([name]) => wanted?.includes(name) ?? true),
  );
}

/** Whether the expression holds for what lies under a key (undefined: nothing). No expression always holds. */
export function holds(
  expression: string | undefined,
  item: Item | undefined,
  placeholders: Placeholders,
): boolean {
  if (expression === undefined) return true;
  let condition = compiled.get(expression);
  if (condition === undefined) {
    condition = new Parser(expression).condition();
    compiled.set(expression, condition);
  }
  return condition(item, placeholders);
}

type Assignment = { readonly name: string; readonly value: Value | undefined };
const updates = new Map<string, readonly Assignment[]>();

/** The item after an update: `SET a = b, …` and `REMOVE a, …`. */
export function updated(expression: string, item: Item, placeholders: Placeholders): Item {
  let assignments = updates.get(expression);
  if (assignments === undefined) {
    assignments = new Parser(expression).update();
    updates.set(expression, assignments);
  }
  const after: Record<string, unknown> = { ...item };
  for (const { name, value } of assignments) {
    const attribute = attributeOf(name, placeholders);
    if (value === undefined) delete after[attribute];
    else after[attribute] = value(item, placeholders);
  }
  return after;
}

function attributeOf(name: string, { names }: Placeholders): string {
  if (!name.startsWith('#')) return name;
  const attribute = names?.[name];
  if (attribute === undefined) throw new Error(`No name is given for ${name}`);
  return attribute;
}

class Parser {
  private readonly tokens: string[] = [];
  private at = 0;

  constructor(text: string) {
    TOKEN.lastIndex = 0;
    const end = text.trimEnd().length;
    while (TOKEN.lastIndex < end) {
      const start = TOKEN.lastIndex;
      const match = TOKEN.exec(text);
      if (match?.[1] === undefined) throw new Error(`Not understood: ${text.slice(start)}`);
      this.tokens.push(match[1]);
    }
  }

  condition(): Holds {
    const condition = this.anyOf();
    this.end();
    return condition;
  }

  update(): readonly Assignment[] {
    const assignments: Assignment[] = [];
    while (this.at < this.tokens.length) {
      const kind = this.take();
      do {
        const name = this.take();
        if (kind === 'SET') {
          this.expect('=');
          assignments.push({ name, value: this.value() });
        } else if (kind === 'REMOVE') assignments.push({ name, value: undefined });
        else throw new Error(`Not understood in an update: ${kind}`);
      } while (this.takes(','));
    }
    return assignments;
  }

  private anyOf(): Holds {
    const first = this.allOf();
    if (!this.takes('OR')) return first;
    const rest = this.anyOf();
    return (item, given) => first(item, given) || rest(item, given);
  }

  private allOf(): Holds {
    const first = this.one();
    if (!this.takes('AND')) return first;
    const rest = this.allOf();
    return (item, given) => first(item, given) && rest(item, given);
  }

  private one(): Holds {
    if (this.takes('NOT')) {
      const inner = this.one();
      return (item, given) => !inner(item, given);
    }
    if (this.takes('(')) {
      const inner = this.anyOf();
      this.expect(')');
      return inner;
    }
    return this.tokens[this.at + 1] === '(' ? this.call() : this.comparison();
  }

  private call(): Holds {
    const name = this.take();
    this.expect('(');
    const value = this.value();
    if (name === 'begins_with') {
      this.expect(',');
      const prefix = this.value();
      this.expect(')');
      return (item, given) => {
        const text = value(item, given);
        return typeof text === 'string' && text.startsWith(String(prefix(item, given)));
      };
    }
    this.expect(')');
    if (name === 'attribute_exists') return (item, given) => value(item, given) !== undefined;
    if (name === 'attribute_not_exists') return (item, given) => value(item, given) === undefined;
    throw new Error(`Not understood: ${name}()`);
  }

  private comparison(): Holds {
    const left = this.value();
    const operator = this.take();
    if (operator === 'BETWEEN') {
      const low = this.value();
      this.expect('AND');
      const high = this.value();
      return (item, given) => {
        const value = left(item, given);
        return (
          compare(value, low(item, given), (order) => order >= 0) &&
          compare(value, high(item, given), (order) => order <= 0)
        );
      };
    }
    if (operator === 'IN') {
      const values: Value[] = [];
      this.expect('(');
      do values.push(this.value());
      while (this.takes(','));
      this.expect(')');
      return (item, given) => {
        const value = left(item, given);
        return value !== undefined && values.some((one) => one(item, given) === value);
      };
    }
    const right = this.value();
    const accepts = ORDERS[operator];
    if (accepts === undefined) throw new Error(`Not understood: ${operator}`);
    return (item, given) => compare(left(item, given), right(item, given), accepts);
  }

  private value(): Value {
    const token = this.take();
    if (token.startsWith(':')) {
      return (_item, { values }) => {
        if (values === undefined || !(token in values)) {
          throw new Error(`No value is given for ${token}`);
        }
        return values[token];
      };
    }
    if (!/^#?[A-Za-z_]\w*$/.test(token)) throw new Error(`Not understood: ${token}`);
    return (item, given) => item?.[attributeOf(token, given)];
  }

  private take(): string {
    const token = this.tokens[this.at++];
    if (token === undefined) throw new Error('The expression ends too early');
    return token;
  }

  private takes(token: string): boolean {
    if (this.tokens[this.at] !== token) return false;
    this.at += 1;
    return true;
  }

  private expect(token: string): void {
    const found = this.take();
    if (found !== token) throw new Error(`Expected ${token}, found ${found}`);
  }

  private end(): void {
    if (this.at < this.tokens.length) throw new Error(`Not understood: ${this.tokens[this.at]}`);
  }
}

const ORDERS: Readonly<Record<string, (order: number) => boolean>> = {
  '=': (order) => order === 0,
  '<>': (order) => order !== 0,
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
};

/** Values of different types, and what is not there, are never in any order but "not equal". */
function compare(left: unknown, right: unknown, accepts: (order: number) => boolean): boolean {
  if (typeof left === 'number' && typeof right === 'number') return accepts(left - right);
  if (typeof left === 'string' && typeof right === 'string') {
    return accepts(left < right ? -1 : left > right ? 1 : 0);
  }
  return accepts(left === right && left !== undefined ? 0 : Number.NaN);
}
