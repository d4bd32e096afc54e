/** Scores this far below the highest are worth nothing, and taking their exponential takes as long as any. */
const NEGLIGIBLE = 10;

/** Turns the first `count` scores, each times `scale`, into shares that add up to one, in place. */
export function softmax(scores: Float64Array, count: number, scale = 1): void {
  let highest = Number.NEGATIVE_INFINITY;
  for (let index = 0; index < count; index++) {
    highest = Math.max(highest, scores[index] ?? 0);
  }
  let sum = 0;
  for (let index = 0; index < count; index++) {
    const below = (highest - (scores[index] ?? 0)) * scale;
    const share = below > NEGLIGIBLE ? 0 : Math.exp(-below);
    scores[index] = share;
    sum += share;
  }
  for (let index = 0; index < count; index++) scores[index] = (scores[index] ?? 0) / sum;
}
