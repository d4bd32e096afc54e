import { folded } from '../../domain/text.ts';
import { wordsIn } from './payee-rows.ts';
import type { Row } from './row.ts';
import { isWayOfPaying } from './ways-of-paying.ts';

/** Fewer than these with a text may have it by chance. */
const FEWEST = 2;
/** So many of those with a text are of one payee where the text means that payee. */
const CONSISTENT = 0.8;

/** Services behind which others stand: that all of a text's past was of one of them says little of the next. */
const SERVICES =
  'paypal klarna sofort stripe sumup square adyen mollie zettle izettle payone giropay venmo zelle alipay 支付宝 微信支付'
    .split(' ')
    .map(wordsIn);

/** Cards' texts have who was paid through a service behind a star: SUMUP *CAFE ROMA. A word with digits there is a reference. */
const BEHIND_STAR = /\p{L}[\s_]*\*\s*(?!\S*\p{N})\S*\p{L}/u;

interface Meant {
  rows: number;
  /** By folded name: how many, and the name as it was written last. */
  readonly of: Map<string, { rows: number; written: string }>;
}

/** A past transaction; a transfer, which is nobody's purchase, has no payee. */
type Came = Pick<Row, 'payee' | 'text'>;

/**
 * Knows which payee a bank's text came with: people give payees other names, and the next transaction comes with the
 * bank's own text again. Looked through when it is first asked for.
 */
export class TextPayees {
  private readonly past: () => readonly Came[];
  private readonly transfers: readonly string[];
  /** The words of these: few to look through beside the whole past. */
  private readonly ofTransfers: ReadonlySet<string>;
  private byWords: ReadonlyMap<string, Meant> | undefined;

  /**
   * @param past oldest first.
   * @param transfers the texts of past transfers.
   */
  constructor(past: () => readonly Came[], transfers: readonly string[]) {
    this.past = past;
    this.transfers = transfers;
    this.ofTransfers = new Set(Array.from(new Set(transfers), wordsIn));
  }

  /**
   * The payee that nearly all had that came with the row's text, numbers aside; '' where these were transfers, undefined where the
   * row has a payee that somebody named.
   *
   * @param isSeen whether the row's payee came before: then it is meant itself, unless these were transfers.
   */
  meantBy({ payee, text }: Row, isSeen = false): string | undefined {
    const words = wordsIn(text);
    if (isSeen && !this.ofTransfers.has(words)) return undefined;
    if (words === '' || wordsIn(payee) !== words || isOfNobody(text, words)) return undefined;
    this.byWords ??= meantByWords([
      ...this.past(),
      ...this.transfers.map((text) => ({ payee: '', text })),
    ]);
    const meant = this.byWords.get(words);
    const fewest = Math.max(FEWEST, CONSISTENT * (meant?.rows ?? 0));
    const usual = meant && [...meant.of.values()].find(({ rows }) => rows >= fewest)?.written;
    return isSeen && usual !== '' ? undefined : usual;
  }
}

/** By words of the bank's text, the payees that people named otherwise. */
function meantByWords(past: Iterable<Came>): ReadonlyMap<string, Meant> {
  const byWords = new Map<string, Meant>();
  // Texts and payees come again and again, and taking one apart takes longer than finding it.
  const known = new Map<string, string>();
  const wordsOnce = (text: string) => {
    const words = known.get(text) ?? wordsIn(text);
    known.set(text, words);
    return words;
  };
  for (const { payee, text } of past) {
    const words = wordsOnce(text);
    const meant: Meant = byWords.get(words) ?? { rows: 0, of: new Map() };
    byWords.set(words, meant);
    meant.rows++;
    if (wordsOnce(payee) === words) continue;
    const key = folded(payee);
    const one = meant.of.get(key) ?? { rows: 0, written: payee };
    meant.of.set(key, { rows: one.rows + 1, written: payee });
  }
  return byWords;
}

/** Whether words say how was paid, or through whom, and not whom. */
function isOfNobody(text: string, words: string): boolean {
  const named = words.split(' ').filter((word) => !isWayOfPaying(word));
  if (named.length === 0) return true;
  const whom = `${named.join(' ')} `;
  const service = SERVICES.find((one) => whom.startsWith(`${one} `));
  return service !== undefined && (whom === `${service} ` || !BEHIND_STAR.test(text));
}
