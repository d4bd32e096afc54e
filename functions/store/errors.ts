import type { TransactionCanceledException } from '@aws-sdk/client-dynamodb';

/** What can go wrong at the table, in the store's own words: no caller ever sees an SDK error. */
export class StoreError extends Error {
  override readonly name: string = 'StoreError';
}

/** The table did not answer, or refused for load: worth trying again later. */
export class StoreUnavailableError extends StoreError {
  override readonly name = 'StoreUnavailable';

  constructor(options: { readonly cause: unknown }) {
    super('The table could not be reached or is overloaded for the moment.', options);
  }
}

/** A transaction that was canceled each time. The SDK calls all of them by one name; what for, their reasons say. */
export class CanceledError extends Error {
  override readonly name = 'TransactionCanceled';
  /** The service's word for it, as `ThrottlingError`. */
  readonly code: string | undefined;

  constructor(cause: TransactionCanceledException) {
    super('Each attempt at the transaction was canceled', { cause });
    const codes = (cause.CancellationReasons ?? []).map(({ Code }) => Code);
    this.code = codes.find((code) => code !== undefined && code !== 'None');
  }
}

/** What a transaction wrote, of which a part is not seen yet: whoever comes again will see it. */
export class NotAllSeenYetError extends StoreUnavailableError {
  constructor() {
    super({ cause: new Error('Not all of it is seen yet') });
  }
}

/** An item that cannot be read as what its key says. Names the field, never its value. */
export class DamagedItemError extends StoreError {
  override readonly name = 'DamagedItem';

  constructor(sortKey: string, fields: readonly string[]) {
    super(`A stored item (${sortKey}) cannot be read: ${fields.join(', ')}.`);
  }
}

/** An item written by a newer version of this product. */
export class NewerItemError extends StoreError {
  override readonly name: string = 'NewerItem';

  constructor(sortKey: string, what: string) {
    super(`A stored item (${sortKey}) has ${what}. Deploy the newer version again.`);
  }
}

/** One of a newer schema. */
export class NewerSchemaError extends NewerItemError {
  override readonly name = 'NewerSchema';

  constructor(sortKey: string, schema: number, known: number) {
    super(sortKey, `schema ${schema}, newer than this version reads (${known})`);
  }
}

/** A cursor that was altered, or that belongs to another listing. */
export class InvalidCursorError extends StoreError {
  override readonly name = 'InvalidCursor';

  constructor() {
    super('The cursor does not belong to this listing.');
  }
}
