import { CATEGORIES } from '../world/actual-server.ts';
import type { World } from '../world/world.ts';

/** What people do past the API, in Actual itself. */

const PAYEES = ['Lidl', 'Aldi', 'Rent', 'Cinema'];

/** Somebody adds a transaction, chooses a category or another payee in Actual, or the bank has something new. */
export function workInActual(world: World): void {
  const { random } = world;
  const [, budget] = random.pick([...world.budgets]);
  const entries = [...budget.entries.keys()];
  const roll = random.int(1, 10);
  if (roll <= 3 || entries.length === 0) budget.add(random.pick(PAYEES));
  else if (roll <= 5) budget.rename(random.pick(entries), random.pick(PAYEES));
  else if (roll <= 8) budget.bank.push(`Bank ${budget.bank.length + 1}`);
  else {
    const category = random.chance(0.8) ? random.pick(CATEGORIES) : undefined;
    budget.categorise(random.pick(entries), category);
  }
}
