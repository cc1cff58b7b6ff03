// Where the archive is asked: the Athena workgroup, the bucket for its results, and the saved queries.

import { Duration, RemovalPolicy, Size, Validations } from 'aws-cdk-lib';
import * as athena from 'aws-cdk-lib/aws-athena';
import type * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { ComparedTrail, completenessQueries } from './completeness';
import { starterQueries } from './saved-queries';
import type { Layouts } from '../layout/layouts';
import { LIMITS } from '../limits/limits';
import { daysOf } from '../private/days';
import { uniqueName } from '../private/names';
import { privateBucket } from '../private/private-bucket';
import { applyToAll, Removal } from '../private/removal';
import { invalid, isKnown } from '../private/validate';

const RESULTS_RETENTION = Duration.days(30);

/** How the archive is queried. */
export interface QueryOptions {
  /**
   * The most that one query may scan before Athena cancels it: a guard against a forgotten `WHERE`. At least 10,000,000 bytes (which
   * is 9.54 MiB), less fails at synthesis. Athena bills what is scanned, about 5 USD per TB.
   *
   * @default - no limit
   * @see https://docs.aws.amazon.com/athena/latest/APIReference/API_WorkGroupConfiguration.html
   */
  readonly bytesScannedLimit?: Size;

  /**
   * How long query results are kept in the results bucket. They can be had again by running the query again. Whole days, at least
   * one; anything else fails at synthesis.
   *
   * @default Duration.days(30)
   */
  readonly resultsRetention?: Duration;
}

/** What the query stage needs of the other stages. */
export interface QueryProps extends QueryOptions {
  readonly accessLogs: AccessLogReceiver;
  readonly databaseName: string;
  readonly eventsView: string;
  readonly deliveryErrorsView: string;
  readonly layouts: Layouts;
  /** The trail that the archive is compared with, if it has one. */
  readonly trail?: ComparedTrail;
  readonly encryptionKey?: kms.IKey;
  readonly removalPolicy: Removal;
}

/** Takes the access logs of a bucket. */
export interface AccessLogReceiver {
  receiveFrom(source: s3.Bucket, prefix: string): void;
}

/** The workgroup and what belongs to it. */
export class Query extends Construct {
  public readonly workGroup: athena.CfnWorkGroup;
  public readonly resultsBucket: s3.Bucket;
  public readonly savedQueries: readonly athena.CfnNamedQuery[];

  constructor(scope: Construct, id: string, props: QueryProps) {
    super(scope, id);
    this.resultsBucket = this.createResultsBucket(props);
    this.workGroup = new athena.CfnWorkGroup(this, 'WorkGroup', {
      name: uniqueName(scope),
      description: 'Queries on the event audit archive',
      // Without it a workgroup that was used once cannot be deleted.
      recursiveDeleteOption: true,
      workGroupConfiguration: {
        enforceWorkGroupConfiguration: true,
        publishCloudWatchMetricsEnabled: true,
        engineVersion: { selectedEngineVersion: 'Athena engine version 3' },
        bytesScannedCutoffPerQuery: bytesScannedLimit(props.bytesScannedLimit),
        resultConfiguration: {
          outputLocation: `s3://${this.resultsBucket.bucketName}/`,
          encryptionConfiguration: resultEncryption(props.encryptionKey),
        },
      },
    });
    this.workGroup.applyRemovalPolicy(RemovalPolicy.DESTROY);
    const { trail } = props;
    const queries = [...starterQueries(props), ...trail ? completenessQueries({ ...props, trail }) : []];
    this.savedQueries = queries.map(query => new athena.CfnNamedQuery(this, query.id, {
      name: query.name,
      description: query.description,
      database: props.databaseName,
      workGroup: this.workGroup.ref,
      queryString: query.sql,
    }));
  }

  private createResultsBucket(props: QueryProps): s3.Bucket {
    const results = new Construct(this, 'Results');
    const bucket = new s3.Bucket(results, 'Bucket', {
      ...privateBucket(props.encryptionKey),
      // Without versions: a result is a copy of what is archived, and whoever lost it asks again.
      lifecycleRules: [{
        id: 'ExpireResults',
        expiration: resultsRetention(props.resultsRetention),
        abortIncompleteMultipartUploadAfter: Duration.days(7),
      }],
    });
    props.accessLogs.receiveFrom(bucket, 'query-results/');
    acknowledgeSingleVersions(bucket);
    applyToAll(results, props.removalPolicy);
    return bucket;
  }
}

/** What packs of cdk-nag find in a bucket without versions. */
function acknowledgeSingleVersions(bucket: s3.Bucket): void {
  const reason = 'Query results are written once, expire, and can be had again by running the query again.';
  const packs = ['HIPAA.Security', 'NIST.800.53.R4', 'NIST.800.53.R5', 'PCI.DSS.321'];
  Validations.of(bucket).acknowledge(...packs.map(pack => ({ id: `${pack}-S3BucketVersioningEnabled`, reason })));
}

function resultEncryption(key?: kms.IKey): athena.CfnWorkGroup.EncryptionConfigurationProperty {
  return key ? { encryptionOption: 'SSE_KMS', kmsKey: key.keyArn } : { encryptionOption: 'SSE_S3' };
}

function bytesScannedLimit(limit?: Size): number | undefined {
  const bytes = limit?.toBytes();
  const { least, most } = LIMITS.bytesScannedLimit;
  if (bytes !== undefined && isKnown(bytes) && (bytes < least || bytes > most)) {
    invalid('query.bytesScannedLimit', `${bytes} bytes`, 'Athena accepts 10,000,000 bytes or more, Size.mebibytes(10) for example, up to 8 EiB');
  }
  return bytes;
}

function resultsRetention(retention: Duration = RESULTS_RETENTION): Duration {
  daysOf('query.resultsRetention', retention, 1, 'S3 expires objects after whole days, at least 1');
  return retention;
}
