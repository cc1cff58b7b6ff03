// What Athena knows of the archive: the database, the tables over the objects, and the views that users query.

import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as glue from 'aws-cdk-lib/aws-glue';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { DELIVERY_ERRORS, ERROR_RECORD_COLUMNS } from './delivery-errors';
import { createView, ViewColumn } from './views';
import { ENVELOPE } from '../events/envelope';
import { ERRORS_FOLDER, Layout, projectionParameters } from '../layout/layout';
import { dateProjection } from '../layout/partition-key';
import { ERROR_RECORDS, RecordFormat } from '../layout/record-format';
import { uniqueName } from '../private/names';
import { applyToAll } from '../private/removal';
import { invalid, isKnown, show } from '../private/validate';

/** The view over the archive's events, and the view over what Firehose could not deliver. */
export const EVENTS_VIEW = 'events';

const ERROR_RECORDS_TABLE = 'delivery_error_records';

/** What Glue and Athena both take. @see https://docs.aws.amazon.com/athena/latest/ug/tables-databases-columns-names.html */
const DATABASE_NAME = /^[a-z0-9_]{1,255}$/;

/** How the archive appears in the Glue Data Catalog. */
export interface CatalogOptions {
  /**
   * The name of the Glue database: lower-case letters, digits and underscores, at most 255; anything else fails at synthesis. It
   * must not exist yet in the account and Region. Changing it replaces database, tables and views, which hold no data.
   *
   * @default - a name made from the stack's name and the construct's id
   */
  readonly databaseName?: string;
}

/** What the catalog needs of the other stages. */
export interface CatalogProps extends CatalogOptions {
  readonly bucket: s3.IBucket;
  readonly layout: Layout;
}

/** The database with its tables and views; it holds no data of record. */
export class Catalog extends Construct {
  public readonly databaseName: string;
  public readonly tables: readonly glue.CfnTable[];

  constructor(scope: Construct, id: string, props: CatalogProps) {
    super(scope, id);
    this.databaseName = databaseName(props.databaseName) ?? uniqueName(scope);
    const database = new glue.CfnDatabase(this, 'Database', {
      catalogId: Stack.of(this).account,
      databaseInput: { name: this.databaseName, description: 'The event audit archive' },
    });
    const { layout } = props;
    this.tables = [
      this.eventsTable(props.bucket, layout),
      createView(this, 'EventsView', {
        databaseName: this.databaseName,
        name: EVENTS_VIEW,
        sql: eventsSql(layout),
        columns: eventsColumns(layout),
      }),
      this.errorRecordsTable(props.bucket),
      createView(this, 'DeliveryErrorsView', {
        databaseName: this.databaseName,
        name: DELIVERY_ERRORS.name,
        sql: DELIVERY_ERRORS.sql(ERROR_RECORDS_TABLE),
        columns: DELIVERY_ERRORS.columns,
      }),
    ];
    for (const table of this.tables) table.node.addDependency(database);
    applyToAll(this, RemovalPolicy.DESTROY);
  }

  private eventsTable(bucket: s3.IBucket, layout: Layout): glue.CfnTable {
    const location = `s3://${bucket.bucketName}/${layout.folder}`;
    return this.externalTable(`Table-${layout.id}`, {
      name: physicalTable(layout),
      description: `Events in the layout ${layout.id}`,
      location,
      format: layout.format,
      parameters: layout.projection(location),
      columns: ENVELOPE.map(({ name, type, comment }) => ({ name, type, comment })),
      partitionKeys: layout.keys.map(key => ({ name: key.name, type: 'string', comment: key._model.comment })),
    });
  }

  private errorRecordsTable(bucket: s3.IBucket): glue.CfnTable {
    const location = `s3://${bucket.bucketName}/${ERRORS_FOLDER}`;
    return this.externalTable('ErrorRecordsTable', {
      name: ERROR_RECORDS_TABLE,
      description: 'The records that Firehose could not deliver, as it wrote them',
      location,
      format: ERROR_RECORDS,
      parameters: projectionParameters(location, [{ name: 'error_date', projection: dateProjection() }]),
      columns: ERROR_RECORD_COLUMNS.map(name => ({ name, type: 'string' })),
      partitionKeys: [{ name: 'error_date', type: 'string', comment: 'The day on which the delivery failed (UTC)' }],
    });
  }

  private externalTable(id: string, table: ExternalTable): glue.CfnTable {
    const { format } = table;
    return new glue.CfnTable(this, id, {
      catalogId: Stack.of(this).account,
      databaseName: this.databaseName,
      tableInput: {
        name: table.name,
        description: table.description,
        tableType: 'EXTERNAL_TABLE',
        parameters: { classification: 'json', ...table.parameters },
        partitionKeys: table.partitionKeys,
        storageDescriptor: {
          columns: table.columns,
          compressed: true,
          location: table.location,
          inputFormat: format.inputFormat,
          outputFormat: format.outputFormat,
          serdeInfo: { serializationLibrary: format.serdeLibrary, parameters: format.serdeParameters },
        },
      },
    });
  }
}

interface ExternalTable {
  readonly name: string;
  readonly description: string;
  readonly location: string;
  readonly format: RecordFormat;
  readonly parameters: { [name: string]: string };
  readonly columns: glue.CfnTable.ColumnProperty[];
  readonly partitionKeys: glue.CfnTable.ColumnProperty[];
}

function physicalTable(layout: Layout): string {
  return `${EVENTS_VIEW}_${layout.id}`;
}

function eventsColumns(layout: Layout): ViewColumn[] {
  return [
    ...ENVELOPE.map(({ name, type, comment }): ViewColumn => ({ name, comment, type: type === 'string' ? 'varchar' : 'array(varchar)' })),
    ...layout.keys.map((key): ViewColumn => ({ name: key.name, type: 'varchar', comment: key._model.comment })),
  ];
}

function eventsSql(layout: Layout): string {
  return `SELECT ${eventsColumns(layout).map(column => column.name).join(', ')} FROM ${physicalTable(layout)}`;
}

function databaseName(given?: string): string | undefined {
  if (given !== undefined && isKnown(given) && !DATABASE_NAME.test(given)) {
    invalid('catalog.databaseName', show(given), 'Athena takes 1 to 255 lower-case letters, digits and underscores');
  }
  return given;
}
