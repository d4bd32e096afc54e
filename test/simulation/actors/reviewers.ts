import { type BudgetId, parseSuggestionId } from '../../../functions/domain/ids.ts';
import type { Review } from '../../../functions/domain/review.ts';
import { review, reviewAll } from '../../../functions/jobs/review.ts';
import type { Ledger } from '../invariants/ledger.ts';
import { CATEGORIES } from '../world/actual-server.ts';
import type { World } from '../world/world.ts';
import { ask } from './asking.ts';

/** Who decides about proposals: one after the other, or many with one call. */

const ATTEMPTS = 3;

export class Reviewers {
  private readonly world: World;
  private readonly ledger: Ledger;

  constructor(world: World, ledger: Ledger) {
    this.world = world;
    this.ledger = ledger;
  }

  /** Somebody goes through the proposals of a budget; somebody else may do so at the same time. */
  decide(budget: BudgetId, withinMs: number): void {
    const { random, time } = this.world;
    for (let count = random.int(1, 6); count > 0; count -= 1) {
      const decides = random.chance(0.8) ? () => this.one(budget) : () => this.many(budget);
      time.after(random.int(0, withinMs), decides);
    }
  }

  private one(budget: BudgetId): void {
    const open = this.open(budget);
    if (open.length === 0) return;
    const decision = this.decisionOn(budget, this.world.random.pick(open));
    ask(this.world, 'patchSuggestion', ATTEMPTS, async ({ suggestions, now }) => {
      const request = { budgetId: budget, ...decision, by: 'me' };
      const outcome = await review({ suggestions, now }, request);
      return () => this.ledger.reviewed(budget, outcome);
    });
  }

  private many(budget: BudgetId): void {
    const some = this.open(budget).filter(() => this.world.random.chance(0.7));
    const decisions = some.map((id) => this.decisionOn(budget, id));
    if (decisions.length === 0) return;
    ask(this.world, 'patchSuggestions', ATTEMPTS, async ({ suggestions, now }) => {
      const request = { budgetId: budget, decisions, by: 'us' };
      const outcomes = await reviewAll({ suggestions, now }, request);
      return () => {
        for (const outcome of outcomes.values()) {
          if (outcome.kind !== 'fault') this.ledger.reviewed(budget, outcome);
        }
      };
    });
  }

  private open(budget: BudgetId): readonly string[] {
    return this.ledger
      .suggestionsOf(budget)
      .filter(({ status }) => status !== 'applied')
      .map(({ id }) => id);
  }

  private decisionOn(budget: BudgetId, id: string) {
    const decided = this.review();
    if (decided.status === 'rejected') this.ledger.rejects(budget, id);
    return { id: parseSuggestionId(id), review: decided };
  }

  private review(): Review {
    const { random } = this.world;
    if (random.chance(0.3)) return { status: 'rejected' };
    const categoryId = random.chance(0.2) ? random.pick(CATEGORIES) : undefined;
    return { status: 'approved', ...(categoryId === undefined ? {} : { categoryId }) };
  }
}
