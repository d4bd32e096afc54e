import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { millisecondsAfter } from '../../functions/domain/ids.ts';
import { type Review, reviewed } from '../../functions/domain/review.ts';
import type { Suggestion } from '../../functions/domain/suggestion.ts';
import { at } from './builders.ts';
import { suggestion } from './suggestions.ts';

const context = { now: at(60), by: 'account/user' };
const approve: Review = { status: 'approved' };
const reject: Review = { status: 'rejected' };

function decided(review: Review, before: Suggestion = suggestion(1)): Suggestion {
  const result = reviewed(before, review, context);
  if (result === null) throw new Error('applied');
  return result;
}

describe.each([
  ['approving', approve],
  ['rejecting', reject],
] as const)('%s', (_name, review) => {
  it('is later than the change before it, however slow the clock is', () => {
    const before = suggestion(1, { updatedAt: at(61) });
    expect(decided(review, before).updatedAt).toBe(millisecondsAfter(at(61), 1));
    expect(decided(review, suggestion(1, { updatedAt: context.now })).updatedAt).toBe(
      millisecondsAfter(context.now, 1),
    );
  });
});

describe('approving', () => {
  it('decides on the first proposal, its payee, and says who and when', () => {
    expect(decided(approve, suggestion(1, { payeeName: 'Lidl' }))).toMatchObject({
      status: 'approved',
      decision: {
        categoryId: 'food',
        categoryName: 'Food',
        payeeName: 'Lidl',
        decidedAt: at(60),
        decidedBy: 'account/user',
      },
      updatedAt: at(60),
    });
  });

  it.each([
    ['fun', 'Fun'],
    ['rent', null],
  ])('takes a correction to %s', (categoryId, categoryName) => {
    const corrected = decided({ status: 'approved', categoryId, payeeName: 'Aldi' });
    expect(corrected.decision).toMatchObject({ categoryId, categoryName, payeeName: 'Aldi' });
  });

  it('anew clears why the last apply left it, so that it is tried again', () => {
    const before = decided(approve);
    const refused = { ...before, lastOutcome: { code: 'TRANSACTION_CHANGED', at: at(5) } as const };
    expect(decided(approve, refused).lastOutcome).toBeNull();
  });

  it('anew with another category or payee is another decision', () => {
    const fun = decided({ status: 'approved', categoryId: 'fun' }, decided(approve));
    expect(fun.decision).toMatchObject({ categoryId: 'fun' });
    const aldi = decided({ status: 'approved', payeeName: 'Aldi' }, decided(approve));
    expect(aldi.decision).toMatchObject({ categoryId: 'food', payeeName: 'Aldi' });
  });

  it('leaves other categories rejected', () => {
    const before = suggestion(1, { rejectedCategoryIds: ['rent', 'food'] });
    expect(decided(approve, before).rejectedCategoryIds).toEqual(['rent']);
  });

  it('takes back a rejection of the category', () => {
    const { status, rejectedCategoryIds } = decided(approve, decided(reject));
    expect([status, rejectedCategoryIds]).toEqual(['approved', []]);
  });
});

describe('rejecting', () => {
  it('remembers the category that was proposed first', () => {
    expect(decided(reject)).toMatchObject({
      status: 'rejected',
      decision: null,
      rejectedCategoryIds: ['food'],
    });
  });

  it('takes back an approval', () => {
    expect(decided(reject, decided(approve))).toMatchObject({ status: 'rejected', decision: null });
  });

  it('takes back an approval of another category than was rejected before', () => {
    const corrected = decided({ status: 'approved', categoryId: 'fun' }, decided(reject));
    expect(decided(reject, corrected)).toMatchObject({ status: 'rejected', decision: null });
  });

  it('adds to what was rejected before', () => {
    const before = suggestion(1, { rejectedCategoryIds: ['rent'] });
    expect(decided(reject, before).rejectedCategoryIds).toEqual(['rent', 'food']);
  });

  it('counts also where a proposal was withdrawn at that moment, for what was rejected before it', () => {
    const withdrawn = suggestion(1, { status: 'rejected', rejectedCategoryIds: ['rent'] });
    const rejected = decided(reject, withdrawn);
    expect(rejected.rejectedCategoryIds).toEqual(['rent', 'food']);
    expect(decided(reject, rejected)).toBe(rejected);
  });
});

describe('any review', () => {
  const review = fc.constantFrom<Review>(
    approve,
    reject,
    { status: 'approved', categoryId: 'fun' },
    { status: 'approved', payeeName: 'Aldi' },
  );

  it('changes nothing the second time', () => {
    fc.assert(
      fc.property(fc.array(review, { minLength: 1 }), (reviews) => {
        const last = reviews.reduce((one, next) => decided(next, one), suggestion(1));
        return decided(reviews.at(-1) ?? approve, last) === last;
      }),
    );
  });

  it('leaves the proposal and its revision as they are', () => {
    fc.assert(
      fc.property(fc.array(review), (reviews) => {
        const { id, revision, proposals } = reviews.reduce(
          (one, next) => decided(next, one),
          suggestion(1),
        );
        expect({ id, revision, proposals }).toEqual({
          id: suggestion(1).id,
          revision: 1,
          proposals: suggestion(1).proposals,
        });
      }),
    );
  });

  it('comes too late for what is applied', () => {
    const applied = suggestion(1, { status: 'applied' });
    expect([reviewed(applied, approve, context), reviewed(applied, reject, context)]).toEqual([
      null,
      null,
    ]);
  });
});
