/** What the start shows and runs jobs for, once its Actual server is there. */
export interface Home {
  /** Folder of the synthesized stack. */
  readonly assembly: string;
  /** At least one. */
  readonly budgets: readonly HomeBudget[];
  /** What goes on by itself while it serves. */
  readonly schedule?: string;
  /** Values of secrets, by the name of the output that gives the secret's id. */
  readonly secrets: Readonly<Record<string, string>>;
}

export interface HomeBudget {
  readonly id: string;
  /** Empty where there is nothing to tell apart. */
  readonly name: string;
}
