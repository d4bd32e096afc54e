/** What the CDK and CloudFormation fill in, or break off at: `${AWS::Region}`, `{{resolve:ssm:/name}}`. */
const PLACEHOLDER = /\$\{|\{\{/;

type Place = readonly string[];

/** Where texts stand that have a placeholder in them. */
export function placeholdersIn(value: unknown, place: Place = []): readonly Place[] {
  if (typeof value === 'string') return PLACEHOLDER.test(value) ? [place] : [];
  return Object.entries(Object(value)).flatMap(([name, field]) =>
    placeholdersIn(field, [...place, name]),
  );
}
