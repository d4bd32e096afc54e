import type { Job, Suggestion } from '../client/schema.ts';

/** What `npm run jobs` is asked to do, and where. */

export interface Target {
  readonly stackName: string;
  readonly data: string | undefined;
  readonly url: string | undefined;
  readonly region: string | undefined;
  readonly tokenFile: string | undefined;
}

/** Which suggestions are meant: all that is given has to be so. */
export interface Filter {
  readonly payee?: string;
  readonly category?: string;
  readonly above?: number;
}

export interface Decision {
  readonly kind: 'approve' | 'reject';
  readonly ids: readonly string[];
  readonly filter: Filter;
  readonly toCategory: string | undefined;
  readonly toPayee: string | undefined;
  readonly dryRun: boolean;
}

export type Command =
  | {
      readonly kind: 'list';
      readonly type: Job['type'] | undefined;
      readonly status: Job['status'] | undefined;
      readonly limit: number;
    }
  | {
      readonly kind: 'show';
      readonly jobId: string;
      readonly events: boolean;
      readonly wait: boolean;
    }
  | {
      readonly kind: 'suggestions';
      readonly filter: Filter;
      readonly status: Suggestion['status'];
      readonly limit: number;
    }
  | Decision
  | {
      readonly kind: 'apply';
      readonly ids: readonly string[];
      readonly above: number | undefined;
      readonly wait: boolean;
    }
  | { readonly kind: 'cancel'; readonly jobId: string }
  | { readonly kind: 'retry'; readonly jobId: string; readonly wait: boolean };

export interface JobsOptions {
  readonly command: Command;
  readonly target: Target;
  readonly budget: string | undefined;
  readonly json: boolean;
}
