import { folded } from '../../domain/text.ts';
import { givenWords, namingWords, writtenWords } from './text.ts';
import { isWayOfPaying } from './ways-of-paying.ts';

/** A shop's name is taken for another's only with at least this many letters in common. */
const FEWEST_LETTERS = 4;
/** As long as a payee may be that a person sets by a decision. */
const LONGEST_NAME = 100;

/**
 * Finds the payee that a bank's text means: one whose naming words are the first ones of the text's, or all of them.
 * Silent when more than one fits, or another one is named behind it. A text without spaces means none by how it begins: ライフ is a
 * supermarket, ライフネット an insurer.
 */
export class KnownPayees {
  private readonly byShop = new Map<string, Set<string>>();
  private readonly names = new Set<string>();
  private mostWords = 0;

  constructor(names: Iterable<string>) {
    for (const name of names) {
      const key = folded(name);
      if (key === '') continue;
      this.names.add(key);
      // A payee that carries a number, or is that long, is a bank's text that became a payee, not a name to give to others.
      if (/\p{N}/u.test(key) || name.length > LONGEST_NAME) continue;
      const words = givenWords(writtenWords(key));
      this.mostWords = Math.max(this.mostWords, words.length);
      const shop = words.join(' ');
      this.byShop.set(shop, (this.byShop.get(shop) ?? new Set()).add(name));
    }
  }

  /** Whether a payee has this name, and it is one to give to others. */
  isName(name: string): boolean {
    return name.length <= LONGEST_NAME && this.names.has(folded(name));
  }

  /** The payee's name as the budget writes it; undefined when the text is a payee itself or means none for sure. */
  meantBy(text: string): string | undefined {
    const key = folded(text);
    if (key === '' || this.names.has(key)) return undefined;
    const words = writtenWords(key);
    return this.meantByWords(givenWords(words)) ?? this.meantByWords(namingWords(words));
  }

  private meantByWords(words: readonly string[]): string | undefined {
    for (let length = words.length; length > 0; length--) {
      const shop = words.slice(0, length).join(' ');
      if (shop.length < FEWEST_LETTERS) return undefined;
      const meant = this.byShop.get(shop);
      if (meant === undefined) continue;
      const rest = words.slice(length);
      const isPlain = rest.length === 0 || !words.slice(0, length).every(isWayOfPaying);
      return meant.size === 1 && isPlain && !this.namesAny(rest, shop) ? [...meant][0] : undefined;
    }
    return undefined;
  }

  /** Whether a payee is named anywhere in these words, but for one shop. */
  private namesAny(words: readonly string[], except: string): boolean {
    return words.some((_, start) => {
      const longest = Math.min(this.mostWords, words.length - start);
      for (let length = 1; length <= longest; length++) {
        const shop = words.slice(start, start + length).join(' ');
        if (shop.length >= FEWEST_LETTERS && shop !== except && this.byShop.has(shop)) return true;
      }
      return false;
    });
  }
}
