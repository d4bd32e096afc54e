import { transactionId } from '../../../functions/domain/ids.ts';
import type { SuggestionsPorts } from '../../../functions/steps/suggestions.ts';
import { CATEGORIES } from './actual-server.ts';

const UNCATEGORISED = -1;

/** Proposes the first category that was not rejected for a transaction; as sure as its id makes it. */
export const simpleEngine: SuggestionsPorts['engine'] = {
  async propose(extract, request) {
    const { decisions, wanted } = await request;
    const { id, category } = extract.transactions;
    const candidates = id.filter((_, at) => category[at] === UNCATEGORISED).map(transactionId);
    const proposals = candidates.filter(wanted).flatMap((candidate) => {
      const rejected = decisions
        .filter((one) => one.verdict === 'rejected' && one.transactionId === candidate)
        .map(({ categoryId }) => categoryId);
      const open = CATEGORIES.find((name) => !rejected.includes(name));
      if (open === undefined) return [];
      const confidence = Number(candidate.slice(1)) % 2 === 0 ? 0.95 : 0.6;
      const proposed = { categoryId: open, categoryName: open, confidence };
      return [{ transactionId: candidate, categories: [proposed] as const, reason: 'As ever.' }];
    });
    return { candidates, proposals };
  },
};
