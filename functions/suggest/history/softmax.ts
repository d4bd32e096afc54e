/** Scores this far below the highest are worth nothing. */
const NEGLIGIBLE = 10;
/** Steps of the table in one unit. */
const STEPS = 32;
const EXPONENTIALS = Float64Array.from({ length: NEGLIGIBLE * STEPS + 1 }, (_, step) =>
  Math.exp(-step / STEPS),
);

/** Turns the first `count` scores into shares that add up to one, in place. */
export function softmax(scores: Float64Array, count: number): void {
  let highest = Number.NEGATIVE_INFINITY;
  for (let index = 0; index < count; index++) {
    highest = Math.max(highest, scores[index] ?? 0);
  }
  let sum = 0;
  for (let index = 0; index < count; index++) {
    const below = highest - (scores[index] ?? 0);
    const share = below > NEGLIGIBLE ? 0 : exponentialOf(below);
    scores[index] = share;
    sum += share;
  }
  for (let index = 0; index < count; index++) scores[index] = (scores[index] ?? 0) / sum;
}

/** `Math.exp(-below)` to eight digits, from 0 to `NEGLIGIBLE`, in a third of the time: models take a hundred for each row. */
function exponentialOf(below: number): number {
  const step = Math.floor(below * STEPS);
  const rest = step / STEPS - below;
  return (EXPONENTIALS[step] ?? 0) * (1 + rest * (1 + rest * (1 / 2 + rest * (1 / 6 + rest / 24))));
}
