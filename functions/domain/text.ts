const ACCENTS = /\p{M}/gu;

/** One spelling for all texts that a person would call the same: lower case, no accents, single spaces. */
export function folded(text: string): string {
  return text.normalize('NFKD').replace(ACCENTS, '').toLowerCase().replace(/\s+/gu, ' ').trim();
}
