import * as z from 'zod';
import { budgetId, jobId, parseSuggestionId, SUGGESTION_ID } from '../../domain/ids.ts';

/** Ids as they come in. */

const HEX = '[0-9a-fA-F]';
const UUID = new RegExp(`^${HEX}{8}-${HEX}{4}-${HEX}{4}-${HEX}{4}-${HEX}{12}$`);
export const EXAMPLE_ID = '0190b1d4-7c1a-7000-8000-000000000001';

/** Taken in either case, as UUIDs are; kept in lower case, the one spelling that names an item. */
const UuidIn = z
  .string()
  .regex(UUID, `has to be a UUID, such as ${EXAMPLE_ID}`)
  .meta({ format: 'uuid', example: EXAMPLE_ID });
export const BudgetIdIn = UuidIn.transform((text) => budgetId(text.toLowerCase())).meta({
  description: "Actual's Sync ID of the budget (Settings → Advanced).",
});
export const JobIdIn = UuidIn.transform((text) => jobId(text.toLowerCase()));
const NOT_A_SUGGESTION_ID = 'has to be a suggestion id: <transactionId>.<revision>';
export const SuggestionIdIn = z
  .string()
  .regex(SUGGESTION_ID, { message: NOT_A_SUGGESTION_ID, abort: true })
  .transform(parseSuggestionId);
