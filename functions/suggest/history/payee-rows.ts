import { folded } from '../../domain/text.ts';
import type { Row } from './row.ts';
import { namingWords, wordsOf } from './text.ts';

/** What is known of a past transaction of a payee. */
export interface PayeeRow extends Pick<Row, 'account' | 'amount' | 'notes' | 'text'> {
  readonly category: string;
}

/** A row that may be like those of its payee. */
export type Looked = Pick<Row, 'payee' | 'account' | 'amount' | 'notes' | 'text'>;

/** Something that rows of a payee may have in common. */
export type Kind = 'notes' | 'text' | 'account' | 'amount';
/** Notes and the bank's text to the letter, or numbers aside. */
type Likeness = Kind | 'same notes' | 'same text';

/** Two contracts with one insurer differ in their numbers alone: what is the same to the letter says more. */
const LIKENESSES = {
  notes: ['same notes', 'notes'],
  text: ['same text', 'text'],
  account: ['account'],
  amount: ['amount'],
} as const satisfies Readonly<Record<Kind, readonly Likeness[]>>;
/** A single one that is the same may be so by chance. */
const FEWEST_THE_SAME = 2;

/** Rows that are alike: of each category, and how many of the last ones were of the same. */
export interface Alike {
  readonly rows: number;
  readonly of: ReadonlyMap<string, number>;
  readonly last: string | undefined;
  readonly run: number;
}

interface Lesson {
  readonly row: Row;
  readonly category: string;
}

/** The past by payee, row by row: looked through when it is first asked for, and of each payee no more than is. */
export class PayeeRows {
  private readonly lessons: () => Iterable<Lesson>;
  private byPayee: Map<string, RowsOfPayee> | undefined;

  /** @param lessons all of the past, oldest first. */
  constructor(lessons: () => Iterable<Lesson>) {
    this.lessons = lessons;
  }

  of(payee: string): RowsOfPayee {
    this.byPayee ??= rowsByPayee(this.lessons());
    return this.byPayee.get(folded(payee)) ?? NO_ROWS;
  }
}

/** The past of one payee. */
export class RowsOfPayee {
  private readonly rows: readonly PayeeRow[];
  /** Places of the rows that have something in common. */
  private readonly places = new Map<Likeness, ReadonlyMap<string | number, readonly number[]>>();
  private readonly counted = new Map<readonly number[] | 'all', Alike>();
  private readonly same = new Map<'notes' | 'text', string>();

  /** @param rows oldest first. */
  constructor(rows: readonly PayeeRow[]) {
    this.rows = rows;
  }

  all(): Alike {
    const known = this.counted.get('all') ?? countsOf(this.rows);
    this.counted.set('all', known);
    return known;
  }

  /** Those that have this in common with a row; undefined where it has none of it, or none has. */
  alike(row: Looked, kind: Kind): Alike | undefined {
    // Where the bank says nothing, the payee stands for its text.
    if (kind === 'text' && row.text === row.payee) return undefined;
    const [first, second] = LIKENESSES[kind];
    const found = this.like(row, first);
    const isEnough = second === undefined || (found?.rows ?? 0) >= FEWEST_THE_SAME;
    return isEnough ? found : this.like(row, second);
  }

  private like(row: Looked, likeness: Likeness): Alike | undefined {
    const key = keyOf(row, likeness);
    const places = key === '' ? undefined : this.placesBy(likeness).get(key);
    if (places === undefined) return undefined;
    const known =
      this.counted.get(places) ?? countsOf(places.flatMap((place) => this.rows[place] ?? []));
    this.counted.set(places, known);
    return known;
  }

  /** Whether all of them have the same words, which are neither those of a row nor the payee's own; a row without any has no others. */
  hasOnlyOther(row: Looked, kind: 'notes' | 'text'): boolean {
    const same = this.sameOf(kind);
    if (same === '' || row[kind] === this.rows[0]?.[kind]) return false;
    if (kind === 'text' && row.text === row.payee) return false;
    const own = keyOf(row, kind);
    if (own === '' || own === same) return false;
    return kind === 'notes' || same !== wordsIn(row.payee);
  }

  /** The words that all of them have; '' where they differ. */
  private sameOf(kind: 'notes' | 'text'): string {
    const known = this.same.get(kind);
    if (known !== undefined) return known;
    const [first] = this.rows;
    const words = wordsIn(first?.[kind] ?? '');
    const differs = (row: PayeeRow) => row[kind] !== first?.[kind] && wordsIn(row[kind]) !== words;
    // The last one is the likeliest to differ from the first.
    const same = this.rows.toReversed().some(differs) ? '' : words;
    this.same.set(kind, same);
    return same;
  }

  private placesBy(likeness: Likeness): ReadonlyMap<string | number, readonly number[]> {
    const known = this.places.get(likeness);
    if (known !== undefined) return known;
    const made = new Map<string | number, number[]>();
    for (const [place, row] of this.rows.entries()) {
      const key = keyOf(row, likeness);
      const places = made.get(key);
      if (places === undefined) made.set(key, [place]);
      else places.push(place);
    }
    this.places.set(likeness, made);
    return made;
  }
}

const NO_ROWS = new RowsOfPayee([]);

function rowsByPayee(lessons: Iterable<Lesson>): Map<string, RowsOfPayee> {
  const byPayee = new Map<string, PayeeRow[]>();
  // Folding a text takes longer than finding it.
  const byWriting = new Map<string, PayeeRow[]>();
  for (const { row, category } of lessons) {
    const { payee, account, amount, notes, text } = row;
    let rows = byWriting.get(payee);
    if (rows === undefined) {
      const key = folded(payee);
      rows = byPayee.get(key) ?? [];
      byPayee.set(key, rows);
      byWriting.set(payee, rows);
    }
    rows.push({ account, amount, notes, text, category });
  }
  return new Map([...byPayee].map(([payee, rows]) => [payee, new RowsOfPayee(rows)]));
}

function keyOf(row: Omit<Looked, 'payee'>, likeness: Likeness): string | number {
  switch (likeness) {
    case 'account':
    case 'amount':
      return row[likeness];
    case 'same notes':
      return folded(row.notes);
    case 'same text':
      return folded(row.text);
    case 'notes':
    case 'text':
      return wordsIn(row[likeness]);
  }
}

/** The words of a text without numbers, which seldom come back. */
export function wordsIn(text: string): string {
  return namingWords(wordsOf(folded(text))).join(' ');
}

function countsOf(rows: readonly PayeeRow[]): Alike {
  const of = new Map<string, number>();
  for (const { category } of rows) of.set(category, (of.get(category) ?? 0) + 1);
  const last = rows.at(-1)?.category;
  const run = rows.length - 1 - rows.findLastIndex(({ category }) => category !== last);
  return { rows: rows.length, of, last, run };
}
