import { describe, expect, it } from 'vitest';
import { historyEngine } from '../../functions/suggest/history/engine.ts';
import { budget, type Entry } from './budgets.ts';

/** What a household buys where, and how often in a year. */
const HABITS = [
  ['REWE Markt 0815 Berlin', 'Groceries', 60],
  ['Lidl', 'Groceries', 50],
  ['Shell 4711', 'Fuel', 24],
  ['Stadtwerke', 'Utilities', 12],
  ['Landlord', 'Rent', 12],
  ['Netflix.com', 'Fun', 12],
  ['Spotify AB', 'Fun', 12],
  ['Employer', 'Salary', 12],
  ['dm drogerie markt 12', 'Household', 30],
  ['Deutsche Bahn', 'Travel', 20],
  ['Dr. Weber', 'Health', 6],
  ['Apotheke am Markt', 'Health', 10],
  ['Cafe Einstein', 'Eating out', 25],
  ['Ikea', 'Furniture', 3],
] as const;
const NAMES = new Set<string>(HABITS.map(([payee]) => payee));

/** A year of about 300 transactions, each payee spread evenly over it. */
function year(): readonly Entry[] {
  return HABITS.flatMap(([payee, category, times]) =>
    Array.from({ length: times }, (_, index) => {
      const day = Math.floor(((index + 0.5) * 336) / times);
      return {
        date: 20_250_000 + (1 + Math.floor(day / 28)) * 100 + 1 + (day % 28),
        payee,
        category,
        amount: category === 'Salary' ? 320_000 : -(500 + ((index * 977) % 9000)),
      };
    }),
  ).sort((a, b) => a.date - b.date);
}

async function proposalsFor(payees: readonly string[]) {
  const open = payees.map((payee, index) => ({
    id: `open${index}`,
    date: 20_260_110,
    ...(NAMES.has(payee) ? { payee } : { text: payee }),
  }));
  const { proposals } = await historyEngine.propose(budget([...year(), ...open]), {
    decisions: [],
  });
  return payees.map((_, index) => proposals.find((one) => one.transactionId === `open${index}`));
}

describe('a household with a year of some 300 transactions', () => {
  it('gets the right category for each payee that it knows', async () => {
    const proposals = await proposalsFor(HABITS.map(([payee]) => payee));
    expect(proposals.map((one) => one?.categories[0].categoryId)).toEqual(
      HABITS.map(([, category]) => category),
    );
  });

  it('can be sure of what it buys every month', async () => {
    const monthly = HABITS.filter(([, , times]) => times >= 12).map(([payee]) => payee);
    for (const proposal of await proposalsFor(monthly)) {
      expect(proposal?.categories[0].confidence).toBeGreaterThan(0.9);
    }
  });

  it('gets another branch of a shop that it knows', async () => {
    const [rewe, shell] = await proposalsFor(['REWE Markt 4242 Potsdam', 'SHELL 1234 HAMBURG']);
    expect(rewe?.categories[0].categoryId).toBe('Groceries');
    expect(shell?.categories[0].categoryId).toBe('Fuel');
  });

  it('hears nothing about shops that are like none it knows', async () => {
    const strangers = ['Zahnarzt Yilmaz', 'Obi', 'Gurken & Co', 'xx', '4711 0815', 'PAYPAL'];
    expect(await proposalsFor(strangers)).toEqual(strangers.map(() => undefined));
  });
});
