import { describe, expect, it } from 'vitest';
import { jobId, parseSuggestionId } from '../../functions/domain/ids.ts';
import type { Suggestion } from '../../functions/domain/suggestion.ts';
import { type ApplyRequest, chooseSuggestions } from '../../functions/steps/apply-choice.ts';
import { at, JOB, uuid } from '../domain/builders.ts';
import { suggestion } from '../domain/suggestions.ts';

const PENDING = suggestion(1);
const APPROVED = suggestion(2, { status: 'approved' });
const REJECTED = suggestion(3, { status: 'rejected' });
const MINE = suggestion(4, { status: 'applied', appliedBy: JOB });
const OTHERS = suggestion(5, { status: 'applied', appliedBy: jobId(uuid(99)) });
const UNSURE = suggestion(6, {
  proposals: [{ categoryId: 'food', categoryName: 'Food', confidence: 0.6 }],
});
const ALL = [PENDING, APPROVED, REJECTED, MINE, OTHERS, UNSURE];

function choose(request: Partial<ApplyRequest>, existing: readonly Suggestion[] = ALL) {
  return chooseSuggestions(existing, {
    ids: undefined,
    minConfidence: undefined,
    ownJobs: new Set([JOB]),
    sentSince: undefined,
    ...request,
  });
}

const named = (...suggestions: readonly Suggestion[]) => ({ ids: suggestions.map(({ id }) => id) });

describe('without names', () => {
  it('everything approved is chosen', () => {
    expect(choose({})).toEqual({ kind: 'chosen', toApply: [APPROVED], done: [MINE], gone: 0 });
  });

  it('pending ones at or above a confidence are chosen too', () => {
    expect(choose({ minConfidence: 0.9 })).toMatchObject({ toApply: [PENDING, APPROVED] });
    expect(choose({ minConfidence: 0.91 })).toMatchObject({ toApply: [APPROVED] });
    expect(choose({ minConfidence: 0 })).toMatchObject({ toApply: [PENDING, APPROVED, UNSURE] });
  });

  it('what was rejected since the job has begun to send is chosen too: it may be in the budget', () => {
    const rejected = { status: 'rejected', rejectedCategoryIds: ['food'] } as const;
    const before = suggestion(8, { ...rejected, updatedAt: at(9) });
    const since = suggestion(9, { ...rejected, updatedAt: at(10) });
    const pending = suggestion(10, { updatedAt: at(20) });
    const others = suggestion(11, {
      ...rejected,
      status: 'applied',
      appliedBy: OTHERS.appliedBy,
      updatedAt: at(20),
    });
    const choice = choose({ sentSince: at(10) }, [APPROVED, before, since, pending, others]);
    expect(choice).toMatchObject({ toApply: [APPROVED, since] });
  });

  it('what a job has withdrawn since is not: nobody had approved it', () => {
    const rejectedCategoryIds = ['rent'];
    const withdrawn = suggestion(8, { status: 'rejected', rejectedCategoryIds, updatedAt: at(10) });
    expect(choose({ sentSince: at(10) }, [APPROVED, withdrawn])).toMatchObject({
      toApply: [APPROVED],
    });
  });

  it('what a language model proposed is chosen only once it is approved, however sure', () => {
    const pending = suggestion(7, { proposedBy: 'model' });
    const approved = suggestion(8, { proposedBy: 'model', status: 'approved' });
    const choice = choose({ minConfidence: 0 }, [pending, approved, UNSURE]);
    expect(choice).toMatchObject({ toApply: [approved, UNSURE] });
  });
});

describe('by name', () => {
  it('pending and approved ones are chosen, and nothing else', () => {
    expect(choose(named(PENDING, APPROVED))).toMatchObject({ toApply: [PENDING, APPROVED] });
  });

  it('what was rejected since the job has begun to send is chosen too, and nothing else that refuses', () => {
    const named_ = named(PENDING, REJECTED);
    expect(choose({ ...named_, sentSince: at(0) })).toMatchObject({ toApply: [PENDING, REJECTED] });
    expect(choose({ ...named(REJECTED, OTHERS), sentSince: at(1) })).toEqual({
      kind: 'refused',
      detail: `Applied by another job: ${OTHERS.id}.`,
    });
  });

  it('what another job has applied since refuses nothing: it may have found it sent', () => {
    expect(choose({ ...named(APPROVED, OTHERS), sentSince: at(0) })).toEqual({
      kind: 'chosen',
      toApply: [APPROVED],
      done: [],
      gone: 0,
    });
  });

  it('those that this job or the one that it repeats applied are done', () => {
    expect(choose(named(MINE, APPROVED))).toEqual({
      kind: 'chosen',
      toApply: [APPROVED],
      done: [MINE],
      gone: 0,
    });
  });

  it.each([
    ['rejected', REJECTED, 'Rejected'],
    ['applied by another job', OTHERS, 'Applied by another job'],
    ['unknown', suggestion(77), 'Not known'],
    ['of an older revision', suggestion(2, { revision: 7 }), 'Not known'],
  ])('one that is %s refuses them all, and is listed', (_what, one, words) => {
    const choice = choose(named(APPROVED, one));
    expect(choice.kind).toBe('refused');
    if (choice.kind !== 'refused') return;
    expect(choice.detail).toContain(`${words}`);
    expect(choice.detail).toContain(one.id);
    expect(choice.detail).not.toContain(APPROVED.id);
  });

  it('says each reason in a sentence of its own', () => {
    expect(choose(named(REJECTED, OTHERS, suggestion(77), suggestion(78)))).toEqual({
      kind: 'refused',
      detail:
        'Not known, or replaced by newer ones: t-0077.1, t-0078.1. Rejected: t-0003.1. ' +
        'Applied by another job: t-0005.1.',
    });
  });

  it('lists ten without more ado', () => {
    const ten = Array.from({ length: 10 }, (_, n) => suggestion(100 + n));
    expect(choose(named(...ten))).toMatchObject({
      detail: `Not known, or replaced by newer ones: ${ten.map(({ id }) => id).join(', ')}.`,
    });
  });

  it('lists ten of each kind and counts the others', () => {
    const many = Array.from({ length: 25 }, (_, n) => suggestion(100 + n));
    expect(choose(named(...many))).toMatchObject({
      detail: expect.stringMatching(/^[^:]+:( t-01\d\d\.1,){9} t-0109\.1 and 15 more\.$/),
    });
  });

  it("says nothing of what was given for an id and is none of Actual's: reasons are mailed", () => {
    const ids = ['https://evil.example/login.1', '\u001b[2Jx.1', 'a.1/evil.example.1'].map(
      parseSuggestionId,
    );
    expect(choose({ ids })).toEqual({
      kind: 'refused',
      detail: 'Not known, or replaced by newer ones: 3, with ids that are not said here.',
    });
    expect(choose({ ids: [...ids, parseSuggestionId(`${uuid(1)}/${uuid(2)}.17`)] })).toEqual({
      kind: 'refused',
      detail: `Not known, or replaced by newer ones: ${uuid(1)}/${uuid(2)}.17 and 3 more.`,
    });
  });
});
