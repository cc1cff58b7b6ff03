// Links into the console, as stack outputs: from a deployment to the first event, the files and the queries by a click each.

import { Aws, CfnMapping, CfnOutput, Stack } from 'aws-cdk-lib';
import type * as events from 'aws-cdk-lib/aws-events';
import { RegionInfo } from 'aws-cdk-lib/region-info';
import { Construct } from 'constructs';
import type { ArchiveLocation } from '../layout/location';
import { invalid, isKnown } from '../private/validate';
import { busIdentity } from '../rules/event-bus';

/** Where the console is in each partition. */
const CONSOLES: { readonly [partition: string]: string } = {
  'aws': 'console.aws.amazon.com',
  'aws-cn': 'console.amazonaws.cn',
  'aws-us-gov': 'console.amazonaws-us-gov.com',
};

/** What the links lead to. */
export interface ConsoleLinksProps {
  readonly location: ArchiveLocation;
  readonly workGroupName: string;
  /** The bus of the archive's own capture. */
  readonly eventBus?: events.IEventBus;
}

/** The outputs. */
export class ConsoleLinks extends Construct {
  constructor(scope: Construct, id: string, props: ConsoleLinksProps) {
    super(scope, id);
    const { location, workGroupName, eventBus } = props;
    const root = `https://${this.console()}`;
    const region = `region=${Stack.of(this).region}`;
    // The console's address for sending an event to another bus is nowhere documented.
    if (busIdentity(this, eventBus) === busIdentity(this, undefined)) {
      this.link('SendTestEvent', 'Send a test event: creating a parameter sends a Parameter Store Change event to the default bus',
        `${root}/systems-manager/parameters/create?${region}&tab=Table`);
    }
    this.link('Bucket', 'The archived events', `${root}/s3/buckets/${location.bucket.bucketName}?${region}&prefix=${encodedPath(location.events)}`);
    this.link('SavedQueries', 'The saved queries: choose the archive\'s workgroup there', `${root}/athena/home?${region}#/query-editor/saved-queries`);
    this.link('WorkGroup', 'The Athena workgroup', `${root}/athena/home?${region}#/workgroups/details/${workGroupName}`);
  }

  private link(id: string, description: string, value: string): void {
    new CfnOutput(this, id, { description, value });
  }

  /** The console's host, looked up by the deployment where the partition is not known before. */
  private console(): string {
    const { region } = Stack.of(this);
    const partition = isKnown(region) ? RegionInfo.get(region).partition : undefined;
    if (partition !== undefined) return CONSOLES[partition] ?? this.unknownConsole(region, partition);
    const mapping = Object.fromEntries(Object.entries(CONSOLES).map(([name, host]) => [name, { console: host }]));
    return new CfnMapping(this, 'Consoles', { mapping }).findInMap(Aws.PARTITION, 'console');
  }

  private unknownConsole(region: string, partition: string): never {
    return invalid('consoleLinks', `true in ${region}, which is in the partition ${partition}`,
      `the console's address is known in ${Object.keys(CONSOLES).join(', ')}: leave the links out`);
  }
}

function encodedPath(folder: string): string {
  return isKnown(folder) ? folder.split('/').map(encodeURIComponent).join('/') : folder;
}
