import type { Figure } from './report.ts';

/** Figures as people read them, in the terminal and on the page. */

const IN_WORDS = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 3 });
const WHOLE = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
/** From here on every digit before the point is shown. */
const THREE_DIGITS = 1000;

export function numberInWords(value: number): string {
  return (Math.abs(value) >= THREE_DIGITS ? WHOLE : IN_WORDS).format(value);
}

/** Such as `0.31 ×`, `$0.25` or `1,024 bytes`. */
export function amountInWords(value: number, unit: Figure['unit']): string {
  return unit === '$' ? `$${numberInWords(value)}` : `${numberInWords(value)} ${unit}`;
}

/** Such as `0.28 to 0.35 in 9 runs`; nothing for a figure that is counted, or of one run. */
export function spreadInWords({ spread }: Figure): string {
  if (spread === undefined || spread.runs === 1) return '';
  return `${numberInWords(spread.low)} to ${numberInWords(spread.high)} in ${spread.runs} runs`;
}

/** Such as `≤ 0.5`. */
export function wantedInWords({ wanted }: Figure): string {
  if (wanted === undefined) return '';
  return 'atMost' in wanted
    ? `≤ ${numberInWords(wanted.atMost)}`
    : `≥ ${numberInWords(wanted.atLeast)}`;
}
