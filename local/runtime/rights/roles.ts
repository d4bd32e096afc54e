import type { ResolvedStack, Resource } from '../contract.ts';
import { type Attempt, parseStatement, type Statement } from './statement.ts';

/** What the roles of a template allow its functions, as IAM decides it. */

export class Roles {
  private readonly byFunction: ReadonlyMap<string, readonly Statement[]>;

  /** @throws Error for a policy that is not known here, or a function without a role. */
  constructor({ resources }: ResolvedStack) {
    const roles = ofType(resources, 'AWS::IAM::Role');
    this.byFunction = new Map(
      ofType(resources, 'AWS::Lambda::Function').map(({ physicalId, properties }) => {
        const role = roles.find(({ arn }) => arn === properties.Role);
        if (role === undefined) throw new Error(`${physicalId} has no role`);
        return [physicalId, [...inlineIn(role), ...attachedTo(role, resources)]];
      }),
    );
  }

  /** Allowed by one statement, and denied by none. */
  allows(functionName: string, attempt: Attempt): boolean {
    const matching = (this.byFunction.get(functionName) ?? []).filter((one) =>
      one.matches(attempt),
    );
    return matching.length > 0 && matching.every(({ effect }) => effect === 'Allow');
  }
}

function inlineIn({ logicalId, properties: { Policies, ManagedPolicyArns } }: Resource) {
  if (ManagedPolicyArns !== undefined) {
    throw new Error(`${logicalId} has managed policies, whose text is not known here`);
  }
  const policies: readonly unknown[] = Array.isArray(Policies) ? Policies : [];
  return policies.flatMap((policy) => statementsOf(Object(policy).PolicyDocument));
}

function attachedTo({ physicalId }: Resource, resources: readonly Resource[]) {
  return ofType(resources, 'AWS::IAM::Policy')
    .filter(({ properties: { Roles } }) => Array.isArray(Roles) && Roles.includes(physicalId))
    .flatMap(({ properties }) => statementsOf(properties.PolicyDocument));
}

function statementsOf(document: unknown): readonly Statement[] {
  const { Statement } = Object(document);
  return [Statement ?? []].flat().map(parseStatement);
}

function ofType(resources: readonly Resource[], type: string): readonly Resource[] {
  return resources.filter((resource) => resource.type === type);
}
