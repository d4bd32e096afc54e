import { describe, expect, it } from 'vitest';
import type { Reply } from '../../functions/suggest/model/language-model.ts';
import { BAD, choosing, choosingBy, dataOf, modelThat, REFUSED, UNAVAILABLE } from './models.ts';
import { about, codes, DOWN, KNOWN, OPEN, propose, strangers } from './proposing-by-model.ts';

describe('a model that', () => {
  it('MODEL_UNAVAILABLE: stays down is asked three times, and costs nothing but a warning', async () => {
    const model = modelThat(UNAVAILABLE);
    const answer = await propose([...KNOWN, ...OPEN, ...strangers(3)], model, {
      limits: { payeesPerCall: 2 },
    });
    expect(about(answer, 'lidl')?.categories[0].categoryId).toBe('Food');
    expect(codes(answer)).toEqual([['MODEL_UNAVAILABLE', 4]]);
    expect([model.questions.length, answer.waits]).toEqual([3, [1000, 4000]]);
  });

  it('is back at the third try has lost nothing', async () => {
    const answer = await propose(OPEN, modelThat(UNAVAILABLE, UNAVAILABLE, choosing('Fun')));
    expect(answer.proposals).toHaveLength(2);
    expect(answer.warnings).toBeUndefined();
    expect(answer.counts).toMatchObject({ modelCalls: 3 });
  });

  it('says how long to wait is left alone so long', async () => {
    const busy: Reply = { ...DOWN, retryAfterMilliseconds: 7000 };
    const answer = await propose(OPEN, modelThat(busy, choosing('Fun')));
    expect(answer.waits).toEqual([7000]);
    expect(answer.proposals).toHaveLength(2);
  });

  it('says that it may be asked at once is waited for all the same', async () => {
    const busy: Reply = { ...DOWN, retryAfterMilliseconds: 0 };
    const answer = await propose(OPEN, modelThat(busy, busy, choosing('Fun')));
    expect(answer.waits).toEqual([1000, 4000]);
  });

  it('MODEL_UNAVAILABLE: wants to be left alone for longer is not waited for', async () => {
    const model = modelThat({ ...DOWN, retryAfterMilliseconds: 60_000 });
    const answer = await propose(OPEN, model);
    expect([model.questions.length, answer.waits]).toEqual([1, []]);
    expect(codes(answer)).toEqual([['MODEL_UNAVAILABLE', 2]]);
  });

  it.each([
    [30_000, [30_000]],
    [30_001, []],
  ])('asks for %i milliseconds is waited for up to half a minute', async (asked, waits) => {
    const busy: Reply = { ...DOWN, retryAfterMilliseconds: asked };
    expect((await propose(OPEN, modelThat(busy, choosing('Fun')))).waits).toEqual(waits);
  });

  it('MODEL_UNAVAILABLE: asks for more time than the job has is not waited for', async () => {
    const model = modelThat({ ...DOWN, retryAfterMilliseconds: 20_000 });
    const answer = await propose(OPEN, model, { deadline: 10_000 });
    expect([model.questions.length, answer.waits]).toEqual([1, []]);
    expect(codes(answer)).toEqual([['MODEL_UNAVAILABLE', 2]]);
  });

  it('MODEL_UNAVAILABLE: is gone before its second try leaves out those alone that it was asked about', async () => {
    const part = choosingBy(({ payee }) => (payee.endsWith('A') ? ['Fun'] : ['Holidays']));
    const answer = await propose(strangers(3), modelThat(part, UNAVAILABLE));
    expect(answer.proposals.map(({ transactionId: id }) => id)).toEqual(['s0']);
    expect(codes(answer)).toEqual([['MODEL_UNAVAILABLE', 2]]);
  });

  it('MODEL_REFUSED: refuses has read nothing, and no tokens are counted', async () => {
    const answer = await propose(OPEN, modelThat(REFUSED));
    expect(answer.counts).toEqual({ modelCalls: 1, modelTokens: 0 });
  });

  it.each<[string, Reply, number]>([
    ['MODEL_REFUSED', { kind: 'refused', cause: {}, sent: false }, 1],
    ['MODEL_UNAVAILABLE', { ...DOWN, sent: false }, 3],
  ])('%s: was sent nothing, for want of its key, counts no call', async (code, reply, tries) => {
    const model = modelThat(reply);
    const answer = await propose(OPEN, model);
    expect([codes(answer), answer.counts]).toEqual([[[code, 2]], undefined]);
    expect(model.questions).toHaveLength(tries);
  });

  it('MODEL_REFUSED: refuses is asked once', async () => {
    const model = modelThat(REFUSED);
    const answer = await propose(strangers(6), model, { limits: { payeesPerCall: 2 } });
    expect(model.questions).toHaveLength(1);
    expect(codes(answer)).toEqual([['MODEL_REFUSED', 6]]);
  });

  it('MODEL_BAD_ANSWER: gives no answer twice is not asked about the rest', async () => {
    const model = modelThat(BAD);
    const answer = await propose(strangers(6), model, { limits: { payeesPerCall: 2 } });
    expect(model.questions).toHaveLength(2);
    expect(codes(answer)).toEqual([['MODEL_BAD_ANSWER', 6]]);
  });

  it('MODEL_BAD_ANSWER: answers badly about one payee is asked about the others, one at a time too', async () => {
    const stumbling = modelThat(BAD, BAD, choosing('Fun'));
    const answer = await propose(strangers(3), stumbling, { limits: { payeesPerCall: 1 } });
    expect(answer.proposals).toHaveLength(2);
    expect(codes(answer)).toEqual([['MODEL_BAD_ANSWER', 1]]);
    const hopeless = modelThat(BAD);
    await propose(strangers(6), hopeless, { limits: { payeesPerCall: 1 } });
    expect(hopeless.questions).toHaveLength(4);
  });

  it('MODEL_BAD_ANSWER: answers badly now and then is asked about all', async () => {
    const model = modelThat(BAD, BAD, choosing('Fun'), BAD, BAD, choosing('Fun'));
    const answer = await propose(strangers(5), model, { limits: { payeesPerCall: 1 } });
    expect(answer.proposals).toHaveLength(3);
    expect(codes(answer)).toEqual([['MODEL_BAD_ANSWER', 2]]);
  });

  it('answers for a part is asked once more for the others', async () => {
    const [only] = [choosingBy(({ payee }) => (payee.endsWith('A') ? ['Fun'] : ['Holidays']))];
    const model = modelThat(only, choosing('Fuel'));
    const answer = await propose(strangers(3), model);
    expect(model.questions.map((one) => dataOf(one).payees.length)).toEqual([3, 2]);
    expect(answer.proposals.map(({ categories }) => categories[0].categoryId)).toEqual([
      'Fun',
      'Fuel',
      'Fuel',
    ]);
    expect(answer.warnings).toBeUndefined();
  });

  it('MODEL_BAD_ANSWER: goes on inventing for a part costs that part alone', async () => {
    const inventive = choosingBy(({ payee }) => (payee.endsWith('A') ? ['Holidays'] : ['Fun']));
    const answer = await propose(strangers(4), modelThat(inventive), {
      limits: { payeesPerCall: 2 },
    });
    expect(answer.proposals.map(({ transactionId: id }) => id)).toEqual(['s1', 's2', 's3']);
    expect(codes(answer)).toEqual([['MODEL_BAD_ANSWER', 1]]);
  });
});

describe('MODEL_BUDGET_SPENT', () => {
  it('MODEL_BUDGET_SPENT: no more calls are made than a job may make', async () => {
    const model = modelThat(choosing('Fun'));
    const answer = await propose(strangers(6), model, {
      limits: { payeesPerCall: 2, callsPerJob: 2 },
    });
    expect(model.questions).toHaveLength(2);
    expect(answer.proposals).toHaveLength(4);
    expect(codes(answer)).toEqual([['MODEL_BUDGET_SPENT', 2]]);
  });

  it('MODEL_BUDGET_SPENT: a try again is a call too', async () => {
    const model = modelThat(UNAVAILABLE);
    const answer = await propose(OPEN, model, { limits: { callsPerJob: 2 } });
    expect(model.questions).toHaveLength(2);
    expect(codes(answer)).toEqual([['MODEL_BUDGET_SPENT', 2]]);
  });

  it('MODEL_BUDGET_SPENT: no call is made that could go beyond the tokens of a job', async () => {
    const model = modelThat((question) => ({ ...choosing('Fun')(question), tokens: 900 }));
    const limits = { payeesPerCall: 2, tokensPerJob: 5000, outputTokensPerCall: 4000 };
    const answer = await propose(strangers(4), model, { limits });
    expect(model.questions).toHaveLength(1);
    expect(codes(answer)).toEqual([['MODEL_BUDGET_SPENT', 2]]);
    expect(model.bounds[0]?.outputTokens).toBe(4000);
  });

  it('MODEL_BUDGET_SPENT: a model that does not count is counted for', async () => {
    const silent = (question: Parameters<typeof dataOf>[0]) =>
      ({ ...choosing('Fun')(question), tokens: undefined }) as const;
    const answer = await propose(strangers(1), modelThat(silent));
    expect(answer.counts?.modelTokens).toBeGreaterThan(300);
    expect(answer.counts?.modelTokens).toBeLessThan(1500);
  });

  it.each([
    ['what it answers is counted for too', 'x'.repeat(9000)],
    ['a character of Chinese counts for as much as three letters', '食'.repeat(3000)],
  ])('MODEL_BUDGET_SPENT: %s', async (_what, text) => {
    const chatty = { kind: 'answered', answer: text, tokens: undefined } as const;
    const answer = await propose(
      strangers(1),
      modelThat(() => chatty),
    );
    // It is asked twice.
    expect(answer.counts?.modelTokens).toBeGreaterThan(2 * 3000);
  });

  it('MODEL_BUDGET_SPENT: no call begins after the time of a job, and none outlasts it', async () => {
    const model = modelThat(choosing('Fun'));
    const answer = await propose(strangers(8), model, {
      limits: { payeesPerCall: 2, secondsPerJob: 100 },
      callTakes: 50_000,
    });
    expect(model.bounds.map((one) => one.timeoutMilliseconds)).toEqual([60_000, 50_000]);
    expect(codes(answer)).toEqual([['MODEL_BUDGET_SPENT', 4]]);
  });

  it("MODEL_BUDGET_SPENT: the function's own time ends it too", async () => {
    const model = modelThat(choosing('Fun'));
    const answer = await propose(OPEN, model, { deadline: 500 });
    expect(model.questions).toEqual([]);
    expect(codes(answer)).toEqual([['MODEL_BUDGET_SPENT', 2]]);
    expect(answer.counts).toBeUndefined();
  });
});
