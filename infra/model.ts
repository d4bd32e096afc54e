import { ArnFormat, CfnOutput, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { ModelConfig } from './config/model.ts';

type BedrockConfig = Extract<ModelConfig, { readonly provider: 'bedrock' }>;

/** The language model of a stack: the secret with its key, where it takes one, and the right to ask it. */
export class Model extends Construct {
  readonly secret: Secret | undefined;
  private readonly config: ModelConfig;

  constructor(scope: Construct, id: string, config: ModelConfig) {
    super(scope, id);
    this.config = config;
    if (config.provider !== 'openai' || config.apiKey === 'none') return;
    this.secret = new Secret(this, 'ModelSecret', {
      description: 'Key of the language model: {"apiKey"}',
      // Holds no key until an operator puts it there: one made up would be sent.
      generateSecretString: { secretStringTemplate: '{}', generateStringKey: 'unused' },
      removalPolicy: RemovalPolicy.RETAIN,
    });
    new CfnOutput(this, 'ModelSecretId', { value: this.secret.secretArn }).overrideLogicalId(
      'ModelSecretId',
    );
  }

  /** What the function is told. */
  settings(): string {
    const { config } = this;
    if (config.provider === 'bedrock') return JSON.stringify(config);
    const { allowHttp: _checked, ...settings } = config;
    return JSON.stringify(settings);
  }

  /** What it takes to ask it. */
  rights(): readonly PolicyStatement[] {
    const { config, secret } = this;
    if (config.provider === 'bedrock') return invokeRights(Stack.of(this), config);
    if (secret === undefined) return [];
    return [
      new PolicyStatement({
        actions: ['secretsmanager:GetSecretValue'],
        resources: [secret.secretArn],
      }),
    ];
  }
}

/** Profiles that AWS keeps: a group of regions before the id of the model. */
const PROFILE = /^(?:us|us-gov|eu|uk|apac|jp|in|au|ca|sa|me|af|global)\.(?<model>.+)$/;

/**
 * The right to ask this model and no other. An inference profile passes the question on to its model in another region:
 * that model may be asked in any, but through the profile alone.
 * https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-prereq.html
 */
function invokeRights(
  stack: Stack,
  { modelId, region }: BedrockConfig,
): readonly PolicyStatement[] {
  const actions = ['bedrock:InvokeModel'];
  const where = region ?? stack.region;
  const modelArn = (model: string, inRegion: string) =>
    stack.formatArn({
      service: 'bedrock',
      region: inRegion,
      account: '',
      resource: 'foundation-model',
      resourceName: model,
      arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
    });
  const profile = PROFILE.exec(modelId)?.groups?.model;
  if (!modelId.startsWith('arn:') && profile === undefined) {
    return [new PolicyStatement({ actions, resources: [modelArn(modelId, where)] })];
  }
  const arn = modelId.startsWith('arn:')
    ? modelId
    : stack.formatArn({
        service: 'bedrock',
        region: where,
        resource: 'inference-profile',
        resourceName: modelId,
      });
  const own = new PolicyStatement({ actions, resources: [arn] });
  if (!arn.includes('inference-profile')) return [own];
  return [
    own,
    new PolicyStatement({
      actions,
      resources: [modelArn(profile ?? '*', '*')],
      conditions: { StringEquals: { 'bedrock:InferenceProfileArn': arn } },
    }),
  ];
}
