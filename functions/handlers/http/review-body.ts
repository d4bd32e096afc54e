import * as z from 'zod';
import { SuggestionIdIn } from './id-schemas.ts';

/** Decisions on suggestions as they come in. */

/** Actual's own ids are UUIDs; budgets that were imported long ago hold others. */
const CategoryIdIn = z
  .string()
  .regex(/^\S{1,64}$/, 'has to be the id of a category')
  .meta({
    description:
      'Instead of the first proposal. That the budget has it is checked when it is applied.',
  });
const PAYEE_NAME_MAX = 100;
const VISIBLE = /[\p{L}\p{N}\p{P}\p{S}]/u;
/** The document has it as it stands here: by their code points, these are the same to engines that know no Unicode properties. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
const ONE_LINE = /^[^\x00-\x1f\x7f-\x9f\u2028\u2029]*$/;
const PayeeNameIn = z
  .string()
  .regex(ONE_LINE, 'may not hold control characters or line breaks')
  .trim()
  .refine((name) => VISIBLE.test(name), {
    message: 'has to hold a character that can be seen',
    abort: true,
  })
  .min(1)
  .max(PAYEE_NAME_MAX)
  .meta({
    description:
      'A payee to be set, with a character that can be seen; created when the budget has none of this name.',
  });
const approval = {
  status: z.literal('approved'),
  categoryId: CategoryIdIn.exactOptional(),
  payeeName: PayeeNameIn.exactOptional(),
};
const rejection = { status: z.literal('rejected') };

/** One decision on the suggestion that the path names. */
export const ReviewBody = z
  .discriminatedUnion('status', [z.strictObject(approval), z.strictObject(rejection)], {
    error: notAStatus,
  })
  .meta({ id: 'Review' });

export const REVIEWS_MAX = 100;

/** Many decisions, each naming its suggestion. */
export const ReviewsBody = z.strictObject({
  decisions: z
    .array(
      z.discriminatedUnion(
        'status',
        [
          z.strictObject({ id: SuggestionIdIn, ...approval }),
          z.strictObject({ id: SuggestionIdIn, ...rejection }),
        ],
        { error: notAStatus },
      ),
    )
    .min(1)
    .max(REVIEWS_MAX)
    .refine(
      (decisions) => new Set(decisions.map(({ id }) => id)).size === decisions.length,
      'names a suggestion twice',
    ),
});

function notAStatus({ code }: { readonly code?: string }): string | undefined {
  return code === 'invalid_union' ? 'has to be approved or rejected' : undefined;
}
