import { ArnFormat, CfnOutput, RemovalPolicy, type Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import type { ModelConfig } from './config/model.ts';

type BedrockConfig = Extract<ModelConfig, { readonly provider: 'bedrock' }>;

/** The secret with the key of a language model. */
export class ModelKey extends Construct {
  readonly secret: Secret;

  constructor(scope: Construct, id: string) {
    super(scope, id);
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
}

/** What the function that asks a language model is told of it, as JSON. */
export function modelSettings(config: ModelConfig): string {
  if (config.provider === 'bedrock') return JSON.stringify(config);
  const { allowHttp: _checked, ...settings } = config;
  return JSON.stringify(settings);
}

/** What it takes to ask the model from functions of this stack. */
export function modelRights(
  stack: Stack,
  config: ModelConfig,
  key: ModelKey | undefined,
): readonly PolicyStatement[] {
  if (config.provider === 'bedrock') return invokeRights(stack, config);
  if (key === undefined) return [];
  return [
    new PolicyStatement({
      actions: ['secretsmanager:GetSecretValue'],
      resources: [key.secret.secretArn],
    }),
  ];
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
