import { describe, expect, it } from 'vitest';
import { scoredOf, scoreOf } from '../../bench/score.ts';

const silent = { spoke: false, confidence: 0, place: 0 };
const spoke = (confidence: number, place: number) => ({ spoke: true, confidence, place });

describe('the score of suggestions', () => {
  const score = scoreOf([silent, spoke(0.95, 1), spoke(0.9, 2), spoke(0.5, 0), spoke(0.55, 1)]);

  it('counts silence as wrong', () => {
    expect(score).toMatchObject({ rows: 5, coverage: 0.8, top1: 0.4, top3: 0.6 });
  });

  it('says how often the confident ones are right', () => {
    expect(score.confident).toEqual({ precision: 0.5, coverage: 0.4 });
  });

  it('compares what was expected with what was right, by tenths of confidence', () => {
    expect(score.calibration[5]).toEqual({
      from: 0.5,
      rows: 2,
      expected: expect.closeTo(0.525),
      right: 0.5,
    });
    expect(score.calibration[9]).toMatchObject({ rows: 2, right: 0.5 });
  });

  it('of nothing is zero', () => {
    expect(scoreOf([])).toMatchObject({ rows: 0, coverage: 0, top1: 0, top3: 0 });
  });
});

describe('what one proposal was worth', () => {
  it('has the confidence that a job would show, of two decimals', () => {
    const chosen = [
      { category: 'Food', confidence: 0.8951 },
      { category: 'Fuel', confidence: 0.1 },
    ];
    expect(scoredOf(chosen, 'Fuel')).toEqual({ spoke: true, confidence: 0.9, place: 2 });
  });

  it('is nothing where nothing is proposed', () => {
    expect(scoredOf([], 'Fuel')).toEqual({ spoke: false, confidence: 0, place: 0 });
  });
});
