import { folded } from '../../domain/text.ts';
import { namingWords, wordsOf } from './text.ts';

/** A shop's name is taken for another's only with at least this many letters in common. */
const FEWEST_LETTERS = 4;
/** As long as a payee may be that a person sets by a decision. */
const LONGEST_NAME = 100;

/**
 * Finds the payee that a bank's text means: one whose naming words are the first ones of the text's, or all of them.
 * Silent when more than one fits.
 */
export class KnownPayees {
  private readonly byShop = new Map<string, Set<string>>();
  private readonly names = new Set<string>();

  constructor(names: Iterable<string>) {
    for (const name of names) {
      const key = folded(name);
      if (key === '') continue;
      this.names.add(key);
      // A payee that carries a number, or is that long, is a bank's text that became a payee, not a name to give to others.
      if (/\p{N}/u.test(key) || name.length > LONGEST_NAME) continue;
      const shop = namingWords(wordsOf(key)).join(' ');
      this.byShop.set(shop, (this.byShop.get(shop) ?? new Set()).add(name));
    }
  }

  /** The payee's name as the budget writes it; undefined when the text is a payee itself or means none for sure. */
  meantBy(text: string): string | undefined {
    const key = folded(text);
    if (key === '' || this.names.has(key)) return undefined;
    const words = namingWords(wordsOf(key));
    for (let length = words.length; length > 0; length--) {
      const shop = words.slice(0, length).join(' ');
      if (shop.length < FEWEST_LETTERS) return undefined;
      const meant = this.byShop.get(shop);
      if (meant !== undefined) return meant.size === 1 ? [...meant][0] : undefined;
    }
    return undefined;
  }
}
