/** What a service keeps where an update does not say it: an absent property is not always at its default. */

import type { Json, JsonObject } from '../engines';
import { valueAt } from './replacements';
import type { SimulatedResource } from '../template/template';

/** Properties that are kept, by type, each with where that is said. */
export const KEPT: { readonly [type: string]: { readonly [path: string]: string } } = {
  'AWS::KinesisFirehose::DeliveryStream': Object.fromEntries([
    // CloudFormation's handler calls UpdateDestination with what the template says, which keeps the rest.
    'BufferingHints', 'CloudWatchLoggingOptions', 'CompressionFormat', 'CustomTimeZone', 'DynamicPartitioningConfiguration', 'EncryptionConfiguration',
    'ErrorOutputPrefix', 'FileExtension', 'Prefix', 'ProcessingConfiguration', 'S3BackupMode',
  ].map(name => [`ExtendedS3DestinationConfiguration.${name}`, 'https://docs.aws.amazon.com/firehose/latest/APIReference/API_UpdateDestination.html'])),
  'AWS::Events::Connection': {
    // It says what holds for a connection without a key, and users of the API found no way to take a key away.
    KmsKeyIdentifier: 'https://github.com/hashicorp/terraform-provider-aws/pull/42385',
  },
  'AWS::Events::ApiDestination': {
    InvocationRateLimitPerSecond: 'https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_UpdateApiDestination.html',
  },
};

/** A resource as it is after an update in place. */
export function updated(before: SimulatedResource, after: SimulatedResource): SimulatedResource {
  const paths = keptBy(before, after);
  if (paths.length === 0) return after;
  const properties = JSON.parse(JSON.stringify(after.properties)) as JsonObject;
  for (const path of paths) put(properties, path, valueAt(before.properties, path)!);
  return { ...after, properties };
}

/** The properties that the update does not say any more, and that stay as they were. */
export function keptBy(before: SimulatedResource, after: SimulatedResource): string[] {
  return Object.keys(KEPT[after.type] ?? {})
    .filter(path => valueAt(before.properties, path) !== undefined && valueAt(after.properties, path) === undefined);
}

function put(properties: JsonObject, path: string, value: Json): void {
  const names = path.split('.');
  const last = names.pop()!;
  names.reduce<JsonObject>((object, name) => (object[name] ??= {}) as JsonObject, properties)[last] = value;
}
