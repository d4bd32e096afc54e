import { beforeEach, describe, expect, it } from 'vitest';
import { reviewed } from '../../functions/domain/review.ts';
import type { SuggestionEngine } from '../../functions/suggest/engine.ts';
import { historyEngine } from '../../functions/suggest/history/engine.ts';
import { modelEngine } from '../../functions/suggest/model/engine.ts';
import { at } from '../domain/builders.ts';
import { choosing, dataOf, LIMITS, modelThat, type Said, UNAVAILABLE } from '../suggest/models.ts';
import { begin, generate, of, open, proposedFor, reject, retry, world } from './proposing-anew.ts';

/** What an engine is asked when a payee is proposed for anew. */

beforeEach(begin);

describe('proposing anew for a payee', () => {
  it('tells the engine of rejections for what is open of the payee, and for nothing else', async () => {
    reject('a');
    const requests: Awaited<Parameters<SuggestionEngine['propose']>[1]>[] = [];
    world.engine = {
      propose: async (extract, request) => {
        requests.push(await request);
        return historyEngine.propose(extract, request);
      },
    };
    await retry(of('a').id);
    const told = requests[0]?.decisions.map(({ transactionId: id }) => id);
    expect(new Set(told)).toEqual(new Set(['a', 'b']));
  });

  it('wants nothing for what is approved already', async () => {
    world.items.set(
      'a',
      reviewed(of('a'), { status: 'approved' }, { now: at(20), by: 'me' }) ?? of('a'),
    );
    const wanted: string[] = [];
    world.engine = {
      propose: async (extract, asked) => {
        const request = await asked;
        const ids = [of('a'), of('b'), of('c')].map((one) => one.transactionId);
        wanted.push(...ids.filter((id) => request.wanted?.(id)));
        return historyEngine.propose(extract, request);
      },
    };
    await retry(of('b').id);
    expect(wanted).toEqual(['b']);
  });
});

describe('with a language model', () => {
  const model = (...replies: readonly Said[]) => {
    const asked = modelThat(...replies);
    const ports = { model: asked, limits: LIMITS, now: () => 0, wait: async () => {} };
    world.engine = modelEngine(historyEngine, ports, () => Number.POSITIVE_INFINITY);
    return asked;
  };
  const strangers = [
    { id: 'x', payee: 'Bike Shop' },
    { id: 'y', payee: 'Bike Shop' },
    { id: 'z', payee: 'Tailor' },
  ];

  it('asks anew about the payee alone, without what was rejected there', async () => {
    model(choosing('Food', 'Fuel'));
    open(...strangers);
    await generate();
    reject('x');
    const asked = model(choosing('Household'));
    const { counts } = await retry(of('x').id);
    expect(asked.questions.map((one) => dataOf(one).payees)).toEqual([
      [{ id: 'p1', payee: 'Bike Shop', amount: -10, not: ['c2'] }],
    ]);
    expect([proposedFor('x'), proposedFor('y'), proposedFor('z')]).toEqual([
      ['Household'],
      ['Household'],
      ['Food', 'Fuel'],
    ]);
    expect(counts).toMatchObject({ modelCalls: 1 });
  });

  it.each(['x', 'y'])(
    'changes nothing of a payee that looks the same to the model, then or later: of %s',
    async (id) => {
      model(choosing('Food'));
      open({ id: 'x', payee: 'Shop 1234' }, { id: 'y', payee: 'Shop 5678' });
      await generate();
      model(choosing('Household'));
      await retry(of(id).id);
      const proposed = () => [proposedFor('x'), proposedFor('y')];
      const after = id === 'x' ? [['Household'], ['Food']] : [['Food'], ['Household']];
      expect(proposed()).toEqual(after);
      model();
      await generate();
      expect(proposed()).toEqual(after);
    },
  );

  it.each(['x', 'y'])(
    'gives a later transaction what stands for its own payee, not for one that looks the same to the model: of %s',
    async (id) => {
      const seen = [
        { id: 'x', payee: 'Shop 1234' },
        { id: 'y', payee: 'Shop 5678' },
      ];
      model(choosing('Food'));
      open(...seen);
      await generate();
      model(choosing('Household'));
      await retry(of(id).id);
      model();
      open(...seen, { id: 'x2', payee: 'SHOP 1234' }, { id: 'y2', payee: 'SHOP 5678' });
      await generate();
      expect([proposedFor('x2'), proposedFor('y2')]).toEqual([proposedFor('x'), proposedFor('y')]);
    },
  );

  it('does not ask about what is applied already', async () => {
    model(choosing('Food'));
    open({ id: 'x', payee: 'Bike Shop' });
    await generate();
    world.items.set('x', { ...of('x'), status: 'applied' });
    const asked = model(choosing('Fuel'));
    await retry(of('x').id);
    expect(asked.questions).toEqual([]);
  });

  it('keeps what stood, and says so, when the model is down', async () => {
    model(choosing('Food'));
    open(...strangers);
    await generate();
    model(UNAVAILABLE);
    const { warnings } = await retry(of('x').id);
    expect(proposedFor('x')).toEqual(['Food']);
    expect(warnings).toMatchObject([{ code: 'MODEL_UNAVAILABLE', count: 1 }]);
  });
});
