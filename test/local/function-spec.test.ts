import { devNull } from 'node:os';
import { expect, it } from 'vitest';
import { functionSpec } from '../../local/runtime/functions/spec.ts';

it('a function has no settings of AWS but its own: none of the shell, none of the home folder', () => {
  const { environment } = functionSpec(
    {
      logicalId: 'Echo',
      type: 'AWS::Lambda::Function',
      physicalId: 'Echo',
      arn: 'arn:aws:lambda:us-east-1:000000000000:function:Echo',
      properties: {
        Handler: 'index.handler',
        Code: { S3Key: 'echo.zip' },
        Environment: { Variables: { GIVEN: 'yes' } },
      },
    },
    {
      assetFolder: () => '/assets/echo',
      credentials: { accessKeyId: 'AKIAHERE', secretAccessKey: 's' },
      endpoints: { AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:1' },
    },
  );
  expect(environment).toEqual({
    GIVEN: 'yes',
    AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:1',
    AWS_REGION: 'us-east-1',
    AWS_DEFAULT_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'AKIAHERE',
    AWS_SECRET_ACCESS_KEY: 's',
    AWS_SESSION_TOKEN: expect.stringContaining('Echo'),
    AWS_CONFIG_FILE: devNull,
    AWS_SHARED_CREDENTIALS_FILE: devNull,
    LAMBDA_TASK_ROOT: '/assets/echo',
    AWS_LAMBDA_FUNCTION_NAME: 'Echo',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '128',
  });
});
