import { type BudgetExtract, type ExtractCategory, payeeOf } from '../../domain/extract.ts';
import type { TransactionId } from '../../domain/ids.ts';
import type { CategoryProposal, Proposal } from '../../domain/suggestion.ts';
import { folded } from '../../domain/text.ts';
import { candidatesOf, idAt } from '../candidates.ts';
import type { ProposalRequest, Proposals, SuggestionEngine } from '../engine.ts';
import { type AskingPorts, askAbout } from './asking.ts';
import { type PayeeGroup, payeeGroups } from './payee-groups.ts';
import { confidencesOf, reasonFor } from './proposing.ts';
import type { Choice } from './question.ts';

/** What a group of transactions gets: categories with confidences, best first; none where nothing is known. */
type Answer = readonly Pick<CategoryProposal, 'categoryId' | 'confidence'>[];

type AnswerFor = (id: TransactionId, payee: string) => Answer;

/**
 * An engine that asks a language model where another one is silent, or guesses: the model gives the categories then, and the payee
 * stays that of the guess. What stands of it is given again without asking, and stays where it cannot be asked: a model that is
 * down takes nothing away.
 *
 * @param first asked before, and never overruled where it knows something.
 * @param deadline when the last call has to be over, on the clock of the ports.
 */
export function modelEngine(
  first: SuggestionEngine,
  ports: AskingPorts,
  deadline: () => number,
): SuggestionEngine {
  return {
    async propose(extract, asking): Promise<Proposals> {
      const known = await first.propose(extract, asking);
      const request = await asking;
      const categories = extract.categories.filter(({ hidden }) => !hidden);
      const groups = payeeGroups(extract, silentPlaces(extract, request, known), {
        decisions: request.decisions,
        standing: request.standing ?? [],
      });
      if (groups.length === 0 || categories.length === 0) return known;

      const standing = new Map(
        groups.map((group) => [group.key, stillStanding(group, categories)]),
      );
      const isAsked = (group: PayeeGroup) =>
        request.anew === true || (standing.get(group.key)?.size ?? 0) === 0;
      const asked = await askAbout(groups.filter(isAsked), categories, ports, deadline());

      const made = groups.flatMap((group) => {
        const choice = asked.choices.get(group.key);
        const answer = choice && answerOf(choice);
        const answerFor = answer === undefined ? asBefore(standing.get(group.key)) : () => answer;
        return proposalsFor(extract, group, answerFor, categories);
      });
      const byId = new Map(known.proposals.map((one) => [one.transactionId, one]));
      for (const one of made) {
        const { payeeName } = byId.get(one.transactionId) ?? {};
        byId.set(one.transactionId, payeeName === undefined ? one : { ...one, payeeName });
      }
      const warnings = [...(known.warnings ?? []), ...asked.warnings];
      return {
        ...known,
        proposals: known.candidates.flatMap((id) => byId.get(id) ?? []),
        ...(warnings.length === 0 ? {} : { warnings }),
        ...(asked.calls === 0
          ? {}
          : { counts: { modelCalls: asked.calls, modelTokens: asked.tokens } }),
      };
    },
  };
}

/** Candidates that got nothing but a guess, are neither approved nor likely transfers, and whose proposal would be of use. */
function silentPlaces(
  extract: BudgetExtract,
  { decisions, wanted }: ProposalRequest,
  known: Proposals,
): readonly number[] {
  const done = new Set<TransactionId>(known.proposals.map(({ transactionId: id }) => id));
  for (const id of known.guessed ?? []) done.delete(id);
  for (const id of known.transfers ?? []) done.add(id);
  for (const { verdict, transactionId: id } of decisions) if (verdict !== 'rejected') done.add(id);
  return candidatesOf(extract).open.filter((place) => {
    const id = idAt(extract, place);
    return !done.has(id) && (wanted?.(id) ?? true);
  });
}

/** By transaction and by payee, what was proposed before, as far as the budget still shows it and nobody rejected it; none where the best is gone. */
function stillStanding(
  { standing, refused }: PayeeGroup,
  categories: readonly ExtractCategory[],
): ReadonlyMap<string, Answer> {
  const visible = new Set(categories.map(({ id }) => id));
  const holds = ({ categoryId: id }: CategoryProposal) => visible.has(id) && !refused.has(id);
  return new Map(
    standing
      .filter(({ categories: [best] }) => holds(best))
      .flatMap(({ transactionId: id, payee, categories: before }) => {
        const answer = before.filter(holds);
        return [[id, answer] as const, [folded(payee), answer] as const];
      }),
  );
}

/** What stood for the transaction, or for its payee, or else for one that looks the same to the model. */
function asBefore(standing: ReadonlyMap<string, Answer> = new Map()): AnswerFor {
  const another = [...standing.values()].at(-1) ?? [];
  return (id, payee) => standing.get(id) ?? standing.get(folded(payee)) ?? another;
}

function answerOf(choice: Choice): Answer {
  const confidences = confidencesOf(choice.sure);
  return choice.categories.map((categoryId, index) => ({
    categoryId,
    confidence: confidences[index] ?? 0,
  }));
}

function proposalsFor(
  extract: BudgetExtract,
  group: PayeeGroup,
  answerFor: AnswerFor,
  categories: readonly ExtractCategory[],
): readonly Proposal[] {
  const names = new Map(categories.map(({ id, name }) => [id, name]));
  return group.transactions.flatMap((place) => {
    const id = idAt(extract, place);
    const payee = payeeOf(extract, place);
    const [best, ...others] = answerFor(id, payee).map(
      (one): CategoryProposal => ({ ...one, categoryName: names.get(one.categoryId) ?? '' }),
    );
    if (best === undefined) return [];
    return {
      transactionId: id,
      categories: [best, ...others] as const,
      reason: reasonFor(payee, best.categoryName),
      proposedBy: 'model' as const,
    };
  });
}
