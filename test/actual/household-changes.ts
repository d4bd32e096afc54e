/** One thing that a person does with a budget. */
export type Change =
  | { readonly do: 'create'; readonly transactions: number; readonly dueSchedule?: boolean }
  | { readonly do: 'open'; readonly syncId: string; readonly password?: string }
  /** Purchases at a payee of its own; every third one has a category, the first one too. */
  | {
      readonly do: 'add';
      readonly transactions: number;
      readonly payee?: string;
      readonly notes?: string;
    }
  /** One transaction without a category. */
  | { readonly do: 'spend'; readonly payee: string }
  | { readonly do: 'encrypt'; readonly password: string }
  | { readonly do: 'reset' }
  | { readonly do: 'post-due' }
  /** A copy of the open budget with the same transactions, on the server under a sync id of its own; it is open then. */
  | { readonly do: 'duplicate' }
  /** `alone`: the other side of a transfer is left as it is, as it is by whoever does not know of the transfer yet. */
  | {
      readonly do: 'set';
      readonly transaction: string;
      readonly fields: Fields;
      readonly alone?: boolean;
    }
  | { readonly do: 'delete'; readonly transaction: string }
  | { readonly do: 'split'; readonly transaction: string }
  | { readonly do: 'merge'; readonly payee: string; readonly into: string }
  /** Turns a transaction into a transfer to another account. `alone`: without another side, as importers leave it. */
  | {
      readonly do: 'transfer';
      readonly transaction: string;
      readonly to: string;
      readonly alone?: boolean;
    }
  | { readonly do: 'hide-category'; readonly name: string }
  | { readonly do: 'hide-group'; readonly name: string }
  | { readonly do: 'delete-category'; readonly name: string }
  | { readonly do: 'close-account'; readonly name: string }
  /** New accounts, linked to those of a bank that the server reaches through SimpleFIN. */
  | {
      readonly do: 'link-bank';
      readonly accessKey: string;
      readonly accounts: readonly { readonly id: string; readonly name: string }[];
    }
  /** "Import file" of an exported budget; it is open then. */
  | { readonly do: 'import'; readonly file: string }
  /** Writes what a person sees of the open budget to a file, as JSON. */
  | { readonly do: 'write-down'; readonly file: string };

/** Fields of a transaction, by the names that a person sees. */
export interface Fields {
  readonly category?: string;
  readonly payee?: string;
  readonly amount?: number;
  readonly reconciled?: boolean;
}

/** What a person does on a device that has nothing of the budget yet. */
export interface Order {
  readonly serverUrl: string;
  readonly password: string;
  readonly changes: readonly Change[];
  /** How far the device's clock is ahead. */
  readonly aheadMinutes?: number;
}

/** The id of the budget that was open last, or what went wrong. */
export type Answer = { readonly syncId: string } | { readonly error: string };
