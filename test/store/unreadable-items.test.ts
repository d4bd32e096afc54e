import { describe, expect, it } from 'vitest';
import { REFUSALS } from '../../functions/domain/refusals.ts';
import {
  DamagedItemError,
  NewerItemError,
  NewerSchemaError,
} from '../../functions/store/errors.ts';
import {
  expiryAfter,
  jobInKeyOf,
  jobItem,
  jobOf,
  stepItem,
  stepOf,
} from '../../functions/store/job-rows.ts';
import { queueItem } from '../../functions/store/line-rows.ts';
import { suggestionItem, suggestionOf } from '../../functions/store/suggestion-rows.ts';
import { at, created, uuid } from '../domain/builders.ts';
import { suggestion } from '../domain/suggestions.ts';

/** Items that another version wrote, or that are not what their keys say: read as far as they can be, or refused by name. */

const { record } = created({ type: 'sync_and_suggest' });
const { job } = record;
const ITEM = jobItem(job, expiryAfter(30));
const [step] = record.steps;
const STEP = step && stepItem(step, job, expiryAfter(30));
const LEFT = suggestionItem(suggestion(1, { status: 'approved' }), {
  retentionDays: 30,
  pendingDays: 90,
});

describe('an item of a newer version', () => {
  it('is refused by its schema', () => {
    const newer = { ...ITEM, schema: 2 };
    expect(() => jobOf(newer)).toThrow(NewerSchemaError);
    expect(() => jobOf(newer)).toThrow('Deploy the newer version');
  });

  it.each([
    ['type of job', () => jobOf({ ...ITEM, type: 'budget_archive' }), 'JOB) has an unknown type'],
    [
      'a trigger',
      () => jobOf({ ...ITEM, metadata: { ...job.metadata, trigger: 'mail' } }),
      'JOB) has an unknown metadata.trigger',
    ],
    ['a step', () => stepOf({ ...STEP, stepType: 'archive' }), 'STEP) has an unknown stepType'],
    [
      'a proposer',
      () => suggestionOf({ ...LEFT, proposedBy: 'neighbours' }),
      'SUGGESTION) has an unknown proposedBy',
    ],
  ])('is refused by what is not known yet, with what to do: %s', (_what, read, said) => {
    expect(read).toThrow(NewerItemError);
    expect(read).toThrow(`${said}. Deploy the newer version again.`);
  });

  it('says of a failed job what went wrong, although it has a code that is not known yet', () => {
    const item = {
      ...ITEM,
      status: 'failed',
      failureCode: 'SERVER_ON_FIRE',
      failureReason: 'The Actual server burns. Put it out.',
    };
    expect(jobOf(item)).toMatchObject({
      failureCode: 'UNKNOWN',
      failureReason: 'The Actual server burns. Put it out.',
    });
  });

  it('says nothing of an apply that left a suggestion for what is not known yet', () => {
    const outcome = (code: string) => ({ ...LEFT, lastOutcome: { code, at: at(1) } });
    const [known = ''] = Object.keys(REFUSALS);
    expect(suggestionOf(outcome(known)).lastOutcome).toEqual({ code: known, at: at(1) });
    expect(suggestionOf(outcome('ACCOUNT_FROZEN')).lastOutcome).toBeNull();
    expect(() => suggestionOf(outcome('toString'))).toThrow(DamagedItemError);
  });
});

describe('a suggestion of the first version', () => {
  it('is read as one of the history that nobody has decided', () => {
    const { payeeId: _payee, reconciled: _reconciled, ...transaction } = Object(LEFT.transaction);
    const {
      proposedBy: _by,
      decision: _decision,
      rejectedCategoryIds: _rejected,
      lastOutcome: _outcome,
      appliedBy: _applied,
      ...first
    } = LEFT;
    expect(suggestionOf({ ...first, transaction })).toEqual({
      ...suggestion(1, { status: 'approved' }),
      transaction: { ...transaction, payeeId: null, reconciled: false },
      proposedBy: 'history',
      decision: null,
      rejectedCategoryIds: [],
      lastOutcome: null,
      appliedBy: null,
    });
  });
});

describe('a damaged item', () => {
  it.each([
    ['status', 'lost'],
    ['createdAt', 'yesterday'],
    ['failureCode', 'toString'],
    ['failureCode', 'SERVER on fire'],
    ['failureCode', 'noSERVER'],
    ['version', '1'],
    ['metadata', null],
    ['type', undefined],
    ['type', 7],
  ])('with another %s (%j) is refused by its name, without its value', (field, value) => {
    const damaged = { ...ITEM, [field]: value };
    expect(() => jobOf(damaged)).toThrow(DamagedItemError);
    const whole = new RegExp(`^A stored item \\(JOB\\) cannot be read: ${field}\\.$`);
    expect(() => jobOf(damaged)).toThrow(whole);
  });

  it('is refused where it does not say which version wrote it', () => {
    const { schema: _, ...unsaid } = ITEM;
    expect(() => jobOf(unsaid)).toThrow('A stored item (unknown) cannot be read: SK, schema.');
  });

  it('names its field by the whole way to it, once', () => {
    const metadata = { ...job.metadata, retryCount: 'often', warnings: [{ code: 1, message: 2 }] };
    expect(() => jobOf({ ...ITEM, metadata })).toThrow(
      '(JOB) cannot be read: metadata.retryCount, metadata.warnings.0.code, metadata.warnings.0.message.',
    );
  });

  // What is thrown may be logged, and the key of a suggestion is the id of its transaction.
  it('is called by its kind, without the ids in its key', () => {
    const [step] = record.steps;
    if (step === undefined) throw new Error('The job has no step');
    const damaged = { ...stepItem(step, job, expiryAfter(30)), position: 'first' };
    expect(() => stepOf(damaged)).toThrow('A stored item (STEP) ');
    const place = { ...queueItem(job), SK: `QUEUE#${uuid(1).slice(1)}` };
    expect(() => jobInKeyOf(place)).toThrow('A stored item (QUEUE) ');
    expect(() => suggestionOf({ ...LEFT, revision: '1' })).toThrow('A stored item (SUGGESTION) ');
  });
});
