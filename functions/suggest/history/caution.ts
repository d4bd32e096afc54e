/** Takes about 0.04 off a chance of 0.93: so that those at 0.9 and above are right 97 times of 100. */
const CAUTION = 0.7;
/** Of a category that was not seen with the payee, or seen where something else spoke for it. */
const SUREST_WITHOUT_EVIDENCE = 0.6;

/** A little less than the chance where it is high: a wrong certainty costs more than a right doubt. */
export function cautious(share: number): number {
  return share - CAUTION * share ** 4 * (1 - share);
}

/** The surest that one may be of a category seen so many times: 0.8 after once, 0.93 after three times. */
export function surestAfter(times: number): number {
  return Math.max(SUREST_WITHOUT_EVIDENCE, 1 - 0.2 / times);
}

/** The surest that one may be against which something speaks: what was seen of it is no evidence. */
export function surestInDoubt<Ranked extends { readonly confidence: number }>(one: Ranked): Ranked {
  return { ...one, confidence: Math.min(one.confidence, SUREST_WITHOUT_EVIDENCE) };
}

/** The surest that one may be of a payee that is known by the bank's text alone: as of one that was seen once. */
export function surestByText<Ranked extends { readonly confidence: number }>(one: Ranked): Ranked {
  return { ...one, confidence: Math.min(one.confidence, surestAfter(1)) };
}
