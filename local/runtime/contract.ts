/** What the parts of the local runtime know of each other: resource types, never a product's names. */

/** A resource of the template with every intrinsic function in its properties already resolved. */
export interface Resource {
  readonly logicalId: string;
  /** CloudFormation type, e.g. `AWS::Lambda::Function`. */
  readonly type: string;
  readonly physicalId: string;
  readonly arn: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** What was synthesized, one stack or several, resolved for this machine as one. */
export interface ResolvedStack {
  readonly resources: readonly Resource[];
  /** Of all stacks. */
  readonly outputs: Readonly<Record<string, string>>;
  /** Outputs by the name of the stack. */
  readonly stacks: ReadonlyMap<string, Readonly<Record<string, string>>>;
}

/** How a function answered: as the Lambda service reports it to a synchronous caller. */
export type InvocationResult =
  | { readonly kind: 'success'; readonly payload: unknown }
  | { readonly kind: 'error'; readonly error: FunctionError }
  /** As many calls of the function as it may have run already; it was not started (`TooManyRequestsException`). */
  | { readonly kind: 'throttled' };

/** The shape of Lambda's error payload (`errorType`, `errorMessage`, `trace`). */
export interface FunctionError {
  /** An error's name, or `Sandbox.Timedout`, `Runtime.ExitError`, `Runtime.ImportModuleError`. */
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
}

/** What something took of a process. */
export interface Took {
  readonly milliseconds: number;
  /** Of the processor, by all threads together. */
  readonly processorMilliseconds: number;
}

/** An invocation that was answered, as Lambda's own report of it. */
export interface InvocationReport {
  readonly functionName: string;
  readonly memoryMb: number;
  readonly invocation: Took;
  /** Of the environment, where it is the first one in it. */
  readonly start?: Took;
}

/** Calls a function of the stack by name or ARN; used by HTTP routes, states, streams and rules alike. */
export interface FunctionInvoker {
  /** @param answerBy epoch milliseconds; after that nobody waits for the answer. */
  invoke(functionNameOrArn: string, payload: unknown, answerBy?: number): Promise<InvocationResult>;
}

/** What a function of the stack does at this moment. */
export interface Activity {
  readonly functionName: string;
  /** Its handler is called; it calls a service, and waits; it has ended. */
  readonly kind: 'begun' | 'calls' | 'done';
  /** What it calls, as in `dynamodb:Query`. */
  readonly action?: string;
}

/** Random per data folder; functions sign with them and callers of the API do too. */
export interface LocalCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** Who may sign calls of the API, and how the gateway calls it. */
export interface LocalCaller {
  readonly credentials: LocalCredentials;
  /** ARN of a user, or of a role's session. */
  readonly userArn: string;
  readonly userId: string;
}

/** A part that runs until it is closed; `close` resolves when nothing of it is left. */
export interface RunningPart {
  close(): Promise<void>;
}

/** A data folder that cannot be gone on with, or what else its stack lacks here to start; the message is a sentence for its owner. */
export class DataFolderError extends Error {
  override readonly name: string = 'DataFolderError';
}

export const LOCAL_REGION = 'us-east-1';
export const LOCAL_ACCOUNT = '000000000000';
