/** The Glue Data Catalog: what the query engine builds its tables and views from. */

import { description, executed, fields, inert, KnownFields, KnownResources, listOf, open } from '../known-properties';

const column: KnownFields = { Name: executed, Type: executed, Comment: description };
const serdeReads = open('executed', 'the query engine reads it, and refuses what it does not know');

/** What the simulator knows of it. */
export const CATALOG: KnownResources = {
  'AWS::Glue::Database': {
    properties: {
      CatalogId: executed,
      DatabaseInput: fields({
        Name: executed,
        Description: description,
        LocationUri: inert('every table says where it lies'),
        Parameters: open('inert', 'Athena reads the table\'s parameters'),
      }),
    },
    identity: naming => ({ ref: naming.nestedName('DatabaseInput', 255), attributes: {} }),
  },
  'AWS::Glue::Table': {
    properties: {
      CatalogId: executed,
      DatabaseName: executed,
      TableInput: fields({
        Name: executed,
        Description: description,
        Owner: description,
        Retention: inert('Glue keeps it and does nothing with it'),
        TableType: executed,
        Parameters: serdeReads,
        PartitionKeys: listOf(column),
        StorageDescriptor: fields({
          Columns: listOf(column),
          Compressed: inert('readers go by the extension of the object'),
          InputFormat: executed,
          OutputFormat: inert('used only to write'),
          Location: executed,
          NumberOfBuckets: inert('the tables are not bucketed'),
          Parameters: open('inert', 'Athena reads the table\'s and the SerDe\'s parameters'),
          SerdeInfo: fields({ Name: description, SerializationLibrary: executed, Parameters: serdeReads }),
          StoredAsSubDirectories: inert('for skewed tables only'),
        }),
        ViewOriginalText: executed,
        ViewExpandedText: executed,
      }),
    },
    identity: naming => ({ ref: naming.nestedName('TableInput', 255), attributes: {} }),
  },
};
