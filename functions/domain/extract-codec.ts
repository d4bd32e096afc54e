import {
  type BudgetExtract,
  DATES,
  type ExtractAccount,
  type ExtractCategory,
  type ExtractPayee,
  NONE,
  TRANSACTION_FLAG,
  type TransactionColumns,
} from './extract.ts';

/**
 * The extract as text, and back. What is read back was written by this code, but lay in a bucket: every length,
 * type and index is checked, so that whoever reads an extract can trust it.
 */

const SCHEMA = 1;
const ALL_FLAGS = Object.values(TRANSACTION_FLAG).reduce((sum, flag) => sum + flag, 0);

/** Text that is no extract, or one of another schema. Its message names the place, never what stands there. */
export class ExtractError extends Error {
  override readonly name = 'ExtractError';
}

/** @returns JSON; `parseExtract` gives the same extract again. */
export function encodeExtract(extract: BudgetExtract): string {
  return JSON.stringify(extract);
}

/** @throws ExtractError when the text is damaged or of a newer schema. */
export function parseExtract(text: string): BudgetExtract {
  const root = fields(parseJson(text), 'extract');
  if (root.schema !== SCHEMA) {
    throw new ExtractError(
      typeof root.schema === 'number' && root.schema > SCHEMA
        ? `The extract has schema ${root.schema}, newer than ${SCHEMA}, the newest known here`
        : `The extract has no schema known here (${SCHEMA})`,
    );
  }
  const categories = list(root.categories, 'categories').map(parseCategory);
  const accounts = list(root.accounts, 'accounts').map(parseAccount);
  const payees = list(root.payees, 'payees').map(parsePayee);
  const transactions = parseColumns(fields(root.transactions, 'transactions'), {
    categories: categories.length,
    accounts: accounts.length,
    payees: payees.length,
  });
  return { schema: SCHEMA, categories, accounts, payees, transactions };
}

interface Sizes {
  readonly categories: number;
  readonly accounts: number;
  readonly payees: number;
}

function parseColumns(columns: Fields, sizes: Sizes): TransactionColumns {
  const id = column(columns, 'id', isText);
  const length = id.length;
  return {
    id,
    date: column(columns, 'date', isDate, length),
    account: column(columns, 'account', isIndex(0, sizes.accounts), length),
    payee: column(columns, 'payee', isIndex(NONE, sizes.payees), length),
    importedPayee: column(columns, 'importedPayee', isText, length),
    notes: column(columns, 'notes', isText, length),
    amount: column(columns, 'amount', isInteger, length),
    category: column(columns, 'category', isIndex(NONE, sizes.categories), length),
    flags: column(columns, 'flags', isIndex(0, ALL_FLAGS + 1), length),
  };
}

function column<Value>(
  columns: Fields,
  name: keyof TransactionColumns,
  isValue: (value: unknown) => value is Value,
  length?: number,
): readonly Value[] {
  const values = list(columns[name], `transactions.${name}`);
  if (length !== undefined && values.length !== length) {
    throw new ExtractError(`transactions.${name} has ${values.length} entries, not ${length}`);
  }
  if (values.every(isValue)) return values;
  const wrong = values.findIndex((value) => !isValue(value));
  throw new ExtractError(`transactions.${name}[${wrong}] is not valid`);
}

function parseCategory(value: unknown, index: number): ExtractCategory {
  const place = `categories[${index}]`;
  const category = fields(value, place);
  return {
    id: text(category, place, 'id'),
    name: text(category, place, 'name'),
    hidden: flag(category, place, 'hidden'),
    income: flag(category, place, 'income'),
  };
}

function parseAccount(value: unknown, index: number): ExtractAccount {
  const place = `accounts[${index}]`;
  const account = fields(value, place);
  return {
    id: text(account, place, 'id'),
    name: text(account, place, 'name'),
    offBudget: flag(account, place, 'offBudget'),
    closed: flag(account, place, 'closed'),
  };
}

function parsePayee(value: unknown, index: number): ExtractPayee {
  const place = `payees[${index}]`;
  const payee = fields(value, place);
  return {
    id: text(payee, place, 'id'),
    name: text(payee, place, 'name'),
    transferAccountId:
      payee.transferAccountId === null ? null : text(payee, place, 'transferAccountId'),
  };
}

type Fields = Readonly<Record<string, unknown>>;

function parseJson(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    throw new ExtractError('The extract is not JSON');
  }
}

function fields(value: unknown, place: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ExtractError(`${place} is not an object`);
  }
  return Object.fromEntries(Object.entries(value));
}

function list(value: unknown, place: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new ExtractError(`${place} is not a list`);
  return value;
}

function text(from: Fields, place: string, name: string): string {
  const value = from[name];
  if (!isText(value)) throw new ExtractError(`${place}.${name} is not a text`);
  return value;
}

function flag(from: Fields, place: string, name: string): boolean {
  const value = from[name];
  if (typeof value === 'boolean') return value;
  throw new ExtractError(`${place}.${name} is neither true nor false`);
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isInteger(value: unknown): value is number {
  return Number.isSafeInteger(value);
}

/** YYYYMMDD; the calendar itself is Actual's business. */
function isDate(value: unknown): value is number {
  return isInteger(value) && value >= DATES.first && value <= DATES.last;
}

/** A whole number from `first` up to but not `end`. */
function isIndex(first: number, end: number): (value: unknown) => value is number {
  return (value): value is number => isInteger(value) && value >= first && value < end;
}
