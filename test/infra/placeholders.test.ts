import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../infra/config/config.ts';

describe('the configuration of a stack', () => {
  it.each([`\${AWS::Region}`, `\${Token[TOKEN.12]}`, '{{resolve:ssm:/x}}'])(
    'refuses %s, which a deployment would fill in or break off at, wherever a text may be free',
    (text) => {
      const jwt = { issuer: `https://a.example/${text}`, audience: ['a', text] };
      const auth = { jwt: { ...jwt, scopePrefix: text, budgetsClaim: text } };
      const model = { provider: 'openai', modelId: text, address: `https://a.example/${text}` };
      const why = `has to be written out: nothing is filled in for \${…} or {{…}}`;
      const places = ['model.modelId', 'model.address'];
      const inAuth = ['issuer', 'audience.1', 'scopePrefix', 'budgetsClaim'];
      expect(() => parseConfig({ $schema: text, auth, model })).toThrow(
        [...inAuth.map((field) => `auth.jwt.${field}`), ...places]
          .map((place) => `  ${place}: ${why}`)
          .join('\n'),
      );
      const iam = { callers: [{ arn: `arn:aws:iam::123456789012:user/${text}` }] };
      expect(() => parseConfig({ auth: { iam } })).toThrow(`  auth.iam.callers.0.arn: ${why}`);
    },
  );
});
