import { CfnOutput, Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { ATTRIBUTE, BUCKET_PREFIX, INDEX } from '../functions/names.ts';

/** Snapshots that nothing points to any more, and those of budgets long unused, go after this many days. */
const SNAPSHOT_DAYS = 90;

const text = (name: string): dynamodb.Attribute => ({
  name,
  type: dynamodb.AttributeType.STRING,
});

/** What has to survive: the table, the bucket of snapshots, the secrets. */
export class Storage extends Construct {
  readonly table: dynamodb.TableV2;
  readonly bucket: s3.Bucket;
  /** Address and password of the Actual server; its value is put in by the operator. */
  readonly actualSecret: Secret;
  /** The session token of the Actual server; written by the workers. */
  readonly sessionSecret: Secret;

  constructor(scope: Construct, id: string, retentionDays: number) {
    super(scope, id);
    this.table = new dynamodb.TableV2(this, 'Table', {
      partitionKey: text(ATTRIBUTE.partitionKey),
      sortKey: text(ATTRIBUTE.sortKey),
      billing: dynamodb.Billing.onDemand(),
      timeToLiveAttribute: ATTRIBUTE.timeToLive,
      // Places in line and locks are all in their keys: the stream needs nothing else.
      dynamoStream: dynamodb.StreamViewType.KEYS_ONLY,
      encryption: dynamodb.TableEncryptionV2.awsManagedKey(),
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
      globalSecondaryIndexes: Object.values(INDEX).map((index) => ({
        indexName: index.name,
        partitionKey: text(index.partitionKey),
        sortKey: text(index.sortKey),
        projectionType:
          index === INDEX.openWork
            ? dynamodb.ProjectionType.KEYS_ONLY
            : dynamodb.ProjectionType.ALL,
      })),
    });
    this.bucket = new s3.Bucket(this, 'Bucket', {
      encryption: s3.BucketEncryption.S3_MANAGED,
      blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      objectOwnership: s3.ObjectOwnership.BUCKET_OWNER_ENFORCED,
      removalPolicy: RemovalPolicy.RETAIN,
      lifecycleRules: [
        { prefix: BUCKET_PREFIX.archives, expiration: Duration.days(SNAPSHOT_DAYS) },
        { prefix: BUCKET_PREFIX.extracts, expiration: Duration.days(SNAPSHOT_DAYS) },
        { prefix: BUCKET_PREFIX.kept, expiration: Duration.days(retentionDays) },
        { abortIncompleteMultipartUploadAfter: Duration.days(1) },
      ],
    });
    this.actualSecret = new Secret(this, 'ActualSecret', {
      description:
        'Actual server: {"serverUrl", "password", "budgetPasswords"?: {syncId: password}, "certificateAuthority"?: PEM}',
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.sessionSecret = new Secret(this, 'SessionSecret', {
      description: 'Session token of the Actual server, written by the workers',
      generateSecretString: { secretStringTemplate: '{}', generateStringKey: 'unused' },
      removalPolicy: RemovalPolicy.RETAIN,
    });
    new CfnOutput(this, 'TableName', { value: this.table.tableName }).overrideLogicalId(
      'TableName',
    );
    new CfnOutput(this, 'BucketName', { value: this.bucket.bucketName }).overrideLogicalId(
      'BucketName',
    );
    new CfnOutput(this, 'ActualSecretId', { value: this.actualSecret.secretArn }).overrideLogicalId(
      'ActualSecretId',
    );
    new CfnOutput(this, 'SessionSecretId', {
      value: this.sessionSecret.secretArn,
    }).overrideLogicalId('SessionSecretId');
  }
}
