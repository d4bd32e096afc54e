/** Words by which banks begin their texts, and that say how was paid, not whom. All of them folded. */

/** Of cards and transfers. Direct debits are left out: they say a little of what is paid so. */
const LEADING = new Set(
  'visa mastercard maestro girocard karte carte karta carta kartenzahlung paiement achat virement vir compra pagamento pago zakup platnosc przelew platba nakup betaling betaalautomaat kortkop eftpos checkcard pos upi pix blik interac'.split(
    ' ',
  ),
);
/** Shops are named after them too (Card Factory): they lead where another one follows. */
const IN_COMPANY = new Set('card debit credit purchase payment'.split(' '));
/** Never lead, nor stand for a shop. */
const OTHERS = new Set('check cheque lastschrift'.split(' '));
/** Follow a way of paying and belong to it. */
const BEHIND = new Set(
  'to from at par en con no sepa cb tarj tarjeta cartao kartou karty przy uzyciu wychodzacy przychodzacy enviado recebido transfer estabelecimento'.split(
    ' ',
  ),
);

/** Whether a word says how was paid. */
export function isWayOfPaying(word: string): boolean {
  return leads(word) || OTHERS.has(word);
}

/** The words behind those that say how was paid: all of them where nothing else follows. */
export function withoutWayOfPaying(words: readonly string[]): readonly string[] {
  const [first = ''] = words;
  const end = words.findIndex((word, place) => !leads(word) && !(place > 0 && BEHIND.has(word)));
  return end < 1 || (end === 1 && IN_COMPANY.has(first)) ? words : words.slice(end);
}

function leads(word: string): boolean {
  return LEADING.has(word) || IN_COMPANY.has(word);
}
