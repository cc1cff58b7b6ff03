/** Athena: where the saved queries run, and what they ask. */

import { description, executed, fields, inert, KnownResources, tags } from '../known-properties';

const results = inert('what becomes of the results afterwards is not simulated');

/** What the simulator knows of it. */
export const QUERIES: KnownResources = {
  'AWS::Athena::WorkGroup': {
    properties: {
      Name: executed,
      State: executed,
      Description: description,
      RecursiveDeleteOption: inert('acts when the workgroup is deleted'),
      Tags: tags,
      WorkGroupConfiguration: fields({
        BytesScannedCutoffPerQuery: inert('a run scans less than the smallest limit that Athena takes, 10 MB'),
        EnforceWorkGroupConfiguration: inert('saved queries bring no settings of their own'),
        EngineVersion: fields({ SelectedEngineVersion: executed }),
        ManagedQueryResultsConfiguration: fields({ Enabled: executed }),
        PublishCloudWatchMetricsEnabled: inert('metrics tell, they change nothing'),
        RequesterPaysEnabled: inert('who pays changes nothing'),
        ResultConfiguration: fields({
          OutputLocation: executed,
          EncryptionConfiguration: fields({ EncryptionOption: executed, KmsKey: executed }),
          ExpectedBucketOwner: results,
        }),
      }),
    },
    identity: naming => ({ ref: naming.name('Name', 128), attributes: {} }),
  },
  'AWS::Athena::NamedQuery': {
    properties: { Name: executed, Database: executed, QueryString: executed, WorkGroup: executed, Description: executed },
    identity: naming => ({ ref: naming.uuid(), attributes: { NamedQueryId: naming.uuid() } }),
  },
};
