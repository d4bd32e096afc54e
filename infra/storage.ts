import { CfnOutput, Duration, RemovalPolicy } from 'aws-cdk-lib';
import * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { ATTRIBUTE, BUCKET_PREFIX, INDEX, ONLY_SERVER } from '../functions/names.ts';
import type { StackConfig } from './config/config.ts';

const text = (name: string): dynamodb.Attribute => ({
  name,
  type: dynamodb.AttributeType.STRING,
});

/** The two secrets of an Actual server. */
export interface ServerSecrets {
  /** Its id in the configuration. */
  readonly server: string;
  /** Address and passwords; their values are put in by the operator. */
  readonly actual: Secret;
  /** The session token; written by the workers. */
  readonly session: Secret;
}

export interface StorageProps {
  /** In days. */
  readonly retention: Pick<StackConfig, 'retentionDays' | 'unusedSnapshotDays' | 'backupDays'>;
  /** Ids of the Actual servers. */
  readonly servers: readonly string[];
}

/** What has to survive: the table, the bucket of snapshots, the secrets. */
export class Storage extends Construct {
  readonly table: dynamodb.TableV2;
  readonly bucket: s3.Bucket;
  readonly servers: readonly ServerSecrets[];

  constructor(scope: Construct, id: string, { retention, servers }: StorageProps) {
    super(scope, id);
    const { retentionDays, unusedSnapshotDays, backupDays } = retention;
    this.table = new dynamodb.TableV2(this, 'Table', {
      partitionKey: text(ATTRIBUTE.partitionKey),
      sortKey: text(ATTRIBUTE.sortKey),
      billing: dynamodb.Billing.onDemand(),
      timeToLiveAttribute: ATTRIBUTE.timeToLive,
      // Places in line and locks are all in their keys: the stream needs nothing else.
      dynamoStream: dynamodb.StreamViewType.KEYS_ONLY,
      encryption: dynamodb.TableEncryptionV2.awsManagedKey(),
      pointInTimeRecoverySpecification: {
        pointInTimeRecoveryEnabled: true,
        recoveryPeriodInDays: backupDays,
      },
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
        { prefix: BUCKET_PREFIX.archives, expiration: Duration.days(unusedSnapshotDays) },
        { prefix: BUCKET_PREFIX.extracts, expiration: Duration.days(unusedSnapshotDays) },
        { prefix: BUCKET_PREFIX.kept, expiration: Duration.days(retentionDays) },
        { abortIncompleteMultipartUploadAfter: Duration.days(1) },
      ],
    });
    this.servers = servers.map((server) => this.makeSecrets(server));
    new CfnOutput(this, 'TableName', { value: this.table.tableName }).overrideLogicalId(
      'TableName',
    );
    new CfnOutput(this, 'BucketName', { value: this.bucket.bucketName }).overrideLogicalId(
      'BucketName',
    );
  }

  /** Ids of the secrets by server id. */
  secretIds(): Readonly<Record<string, { readonly actual: string; readonly session: string }>> {
    return Object.fromEntries(
      this.servers.map(({ server, actual, session }) => [
        server,
        { actual: actual.secretArn, session: session.secretArn },
      ]),
    );
  }

  /** The server that a stack has without a map keeps its secrets when the stack gets one. */
  private makeSecrets(server: string): ServerSecrets {
    const suffix =
      server === ONLY_SERVER ? '' : `${server.charAt(0).toUpperCase()}${server.slice(1)}`;
    const actual = new Secret(this, `ActualSecret${suffix}`, {
      description: `Actual server (${server}): {"serverUrl", "password", "budgetPasswords"?: {syncId: password}, "certificateAuthority"?: PEM}`,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    const session = new Secret(this, `SessionSecret${suffix}`, {
      description: `Session token of the Actual server (${server}), written by the workers`,
      generateSecretString: { secretStringTemplate: '{}', generateStringKey: 'unused' },
      removalPolicy: RemovalPolicy.RETAIN,
    });
    for (const [name, secret] of [
      [`ActualSecretId${suffix}`, actual],
      [`SessionSecretId${suffix}`, session],
    ] as const) {
      // Inside of its secret: beside it, its name may be that of the secret of another server.
      new CfnOutput(secret, 'Id', { value: secret.secretArn }).overrideLogicalId(name);
    }
    return { server, actual, session };
  }
}
