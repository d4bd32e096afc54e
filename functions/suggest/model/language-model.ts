import type { Question } from './question.ts';

/** What the engine needs of a language model; adapters are in ai-model.ts. */
export interface LanguageModel {
  /** Asks once, and never throws: whatever goes wrong is a reply. */
  ask(question: Question, bounds: AskBounds): Promise<Reply>;
}

export interface AskBounds {
  /** The answer is cut off after so many. */
  readonly outputTokens: number;
  readonly timeoutMilliseconds: number;
}

export type Reply =
  /** Something that is JSON; whether it answers the question is for its reader to find out. */
  | { readonly kind: 'answered'; readonly answer: unknown; readonly tokens: number | undefined }
  /** Nothing that is JSON. */
  | { readonly kind: 'bad'; readonly tokens: number | undefined; readonly cause: ReplyCause }
  /** Worth another try. */
  | {
      readonly kind: 'unavailable';
      readonly cause: ReplyCause;
      /** How long the other side wants to be left alone. */
      readonly retryAfterMilliseconds?: number | undefined;
      readonly sent?: Sent;
    }
  /** The same request will be refused again: the key, the right, the model's id, the address. */
  | { readonly kind: 'refused'; readonly cause: ReplyCause; readonly sent?: Sent };

/** Said where no key was to be had: nothing left this process then. */
type Sent = false;

/** For operators: the HTTP status of the answer, or the error in its place. Never a text of the other side. */
export interface ReplyCause {
  readonly status?: number | undefined;
  readonly error?: unknown;
}
