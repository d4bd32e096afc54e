import { createHash } from 'node:crypto';
import { printable } from '../client/printable.ts';
import type { Suggestion } from '../client/schema.ts';
import type { Filter } from './jobs-order.ts';
import { OptionError } from './options.ts';

/** Which suggestions a person means. */

/** Eight characters that stand for an id, its revision included: a newer proposal has others. */
export function codeOf(id: string): string {
  return createHash('sha256').update(id).digest('hex').slice(0, 8);
}

/** Whether it names a suggestion by itself, without a look at those that there are. */
export function isWholeId(name: string): boolean {
  return /^\S+\.\d+$/.test(name);
}

/**
 * Ids of the suggestions that are named, by their ids or the codes that stand for them.
 *
 * @throws OptionError naming all that stand for none, or for more than one.
 */
export function idsNamed(
  names: readonly string[],
  there: readonly Pick<Suggestion, 'id'>[],
): readonly string[] {
  const ids = [...new Set(names)].map((name) => ({
    name,
    ids: isWholeId(name) ? [name] : there.map(({ id }) => id).filter((id) => codeOf(id) === name),
  }));
  const unknown = ids.filter((found) => found.ids.length === 0).map(({ name }) => name);
  if (unknown.length > 0) {
    throw new OptionError(
      `There is no suggestion ${unknown.join(', ')} to decide on. List the suggestions again: a newer proposal has another id.`,
    );
  }
  const twice = ids.find((found) => found.ids.length > 1);
  if (twice !== undefined) {
    throw new OptionError(`${twice.name} stands for several: give one of ${twice.ids.join(', ')}.`);
  }
  return [...new Set(ids.flatMap((found) => found.ids))];
}

export interface Choice {
  readonly chosen: readonly Suggestion[];
  /** Sure enough by its own word, but a language model's: `--above` trusts no number that nobody has measured. */
  readonly ofModel: number;
}

export function choose(there: readonly Suggestion[], { payee, category, above }: Filter): Choice {
  const named = there.filter(
    ({ transaction, payeeName, proposals: [best] }) =>
      (payee === undefined ||
        isLike(transaction.payee, payee) ||
        (payeeName !== null && isLike(payeeName, payee))) &&
      (category === undefined || isLike(best?.categoryName ?? '', category)),
  );
  if (above === undefined) return { chosen: named, ofModel: 0 };
  const sure = named.filter(({ proposals: [best] }) => (best?.confidence ?? 0) >= above);
  const chosen = sure.filter(({ proposedBy }) => proposedBy !== 'model');
  return { chosen, ofModel: sure.length - chosen.length };
}

/** Whether a name is the wanted one, in either case; `*` stands for anything. */
function isLike(name: string, wanted: string): boolean {
  const parts = typed(wanted)
    .split('*')
    .map((part) => part.replace(/[\\^$.+?()[\]{}|]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 'isu').test(typed(name));
}

/** What a terminal shows nothing for: soft hyphens, what joins letters or lets a line break. */
const UNSEEN = /\p{Default_Ignorable_Code_Point}/gu;

/**
 * As a person types what a terminal shows: banks write spaces that do not break or that nobody sees, and letters with their marks
 * apart. Of the two i of Turkish each has a case of its own.
 */
function typed(text: string): string {
  const seen = printable(text).replace(UNSEEN, '').normalize();
  return seen.replace(/\s+/gu, ' ').trim().replace(/[İIı]/gu, 'i');
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Whether it names a category by itself, without a look at those that there are. */
export function isCategoryId(name: string): boolean {
  return UUID.test(name);
}

/**
 * The id of a category by its name among those that suggestions propose or were decided with, or by the id itself.
 *
 * @returns undefined where none of them has it.
 * @throws OptionError where several categories have the name.
 */
export function categoryNamed(name: string, there: readonly Suggestion[]): string | undefined {
  const known = categoriesIn(there);
  if (known.some(({ categoryId }) => categoryId === name)) return name;
  const wanted = typed(name).toLowerCase();
  const found = known.filter(
    ({ categoryName }) => categoryName !== null && typed(categoryName).toLowerCase() === wanted,
  );
  const [id, ...others] = new Set(found.map(({ categoryId }) => categoryId));
  if (id !== undefined && others.length > 0) {
    throw new OptionError(
      `--to-category: there are several categories ${name}. Give an id: ${[id, ...others].join(', ')}.`,
    );
  }
  return id;
}

function categoriesIn(suggestions: readonly Suggestion[]) {
  return suggestions.flatMap(({ proposals, decision }) => [
    ...proposals,
    ...(decision === null ? [] : [decision]),
  ]);
}
