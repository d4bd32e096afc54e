import type { Activity, ResolvedStack } from '../contract.ts';
import { Roles } from './roles.ts';
import type { Attempt } from './statement.ts';

/**
 * Lets the services of this machine do for a function what its role allows, and nothing else. A function is known by
 * its session token, as on AWS; whoever has none is the owner of the data folder, who may do everything.
 */
export class RightsGuard {
  private readonly roles: Roles;
  private readonly onRefused: (functionName: string, attempt: Attempt) => void;
  private readonly onActivity: (activity: Activity) => void;

  /**
   * @param onRefused is told of each attempt that was refused.
   * @param onActivity is told of each call of a function.
   */
  constructor(
    stack: ResolvedStack,
    onRefused: (functionName: string, attempt: Attempt) => void = () => {},
    onActivity: (activity: Activity) => void = () => {},
  ) {
    this.roles = new Roles(stack);
    this.onRefused = onRefused;
    this.onActivity = onActivity;
  }

  /** @param token session token of the caller; undefined for the owner. */
  allows(token: string | undefined, attempts: readonly Attempt[]): boolean {
    if (token === undefined) return true;
    for (const { action } of attempts) {
      this.onActivity({ functionName: token, kind: 'calls', action });
    }
    const refused = attempts.find((attempt) => !this.roles.allows(token, attempt));
    if (refused !== undefined) this.onRefused(token, refused);
    return refused === undefined;
  }
}

/** The token that a function's calls carry. */
export function sessionTokenOf(functionName: string): string {
  return functionName;
}
