import { shownCategory } from '../functions/steps/proposed-changes.ts';
import type { RankedCategory } from '../functions/suggest/history/learner.ts';

/** What one proposal was worth. */
export interface Scored {
  /** False where the engine was silent. */
  readonly spoke: boolean;
  /** Of the first category; 0 where silent. */
  readonly confidence: number;
  /** Place of the right category among the proposed ones, from 1; 0 when it is none of them. */
  readonly place: number;
}

/** Shares are fractions of all rows, but `precision`, which is one of the confident rows. */
export interface Score {
  readonly rows: number;
  readonly coverage: number;
  readonly top1: number;
  readonly top3: number;
  readonly confident: { readonly precision: number; readonly coverage: number };
  readonly calibration: readonly CalibrationBand[];
}

export interface CalibrationBand {
  /** Lower end of the band of confidences, a tenth wide. */
  readonly from: number;
  readonly rows: number;
  readonly expected: number;
  readonly right: number;
}

const CONFIDENT = 0.9;
const BANDS = 10;

/** What a job would show of a proposal, against what was right. @param chosen what is proposed, best first. */
export function scoredOf(chosen: readonly RankedCategory[], right: string): Scored {
  const shown = chosen.map(({ category, confidence }) =>
    shownCategory({ categoryId: category, categoryName: category, confidence }),
  );
  return {
    spoke: shown.length > 0,
    confidence: shown[0]?.confidence ?? 0,
    place: shown.findIndex(({ categoryId }) => categoryId === right) + 1,
  };
}

export function scoreOf(scored: readonly Scored[]): Score {
  const spoken = scored.filter(({ spoke }) => spoke);
  const sure = spoken.filter(({ confidence }) => confidence >= CONFIDENT);
  return {
    rows: scored.length,
    coverage: share(spoken.length, scored.length),
    top1: share(scored.filter(isRight).length, scored.length),
    top3: share(scored.filter(({ place }) => place > 0).length, scored.length),
    confident: {
      precision: share(sure.filter(isRight).length, sure.length),
      coverage: share(sure.length, scored.length),
    },
    calibration: Array.from({ length: BANDS }, (_, band) => {
      const inBand = spoken.filter(
        ({ confidence }) => Math.min(BANDS - 1, Math.floor(confidence * BANDS)) === band,
      );
      return {
        from: band / BANDS,
        rows: inBand.length,
        expected: share(
          inBand.reduce((sum, { confidence }) => sum + confidence, 0),
          inBand.length,
        ),
        right: share(inBand.filter(isRight).length, inBand.length),
      };
    }),
  };
}

function isRight({ place }: Scored): boolean {
  return place === 1;
}

function share(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
