const ACCENTS = /\p{M}/gu;
/** Words of letters, digits and signs that every code page has, a space between them: most texts there are. */
const PLAIN = /^[!-~]+(?: [!-~]+)*$/;

/** One spelling for all texts that a person would call the same: lower case, no accents, single spaces. */
export function folded(text: string): string {
  if (PLAIN.test(text)) return text.toLowerCase();
  return text.normalize('NFKD').replace(ACCENTS, '').toLowerCase().replace(/\s+/gu, ' ').trim();
}
