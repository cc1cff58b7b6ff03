// What Athena knows of the archive: the database, the tables over the objects, and the views that users query.

import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as glue from 'aws-cdk-lib/aws-glue';
import { Construct, IConstruct } from 'constructs';
import { DELIVERY_ERRORS, ERROR_RECORD_COLUMNS } from './delivery-errors';
import { TRAIL_LOG_COLUMNS } from './trail-log-columns';
import { ALL_UNIQUE_EVENTS_VIEW, allUniqueEventsSql, UNIQUE_EVENTS_VIEW, uniqueEventsSql } from './unique-events';
import { createView, ViewColumn } from './views';
import { ENVELOPE } from '../events/envelope';
import type { DateRange, Projection } from '../layout/date-range';
import { Layout, projectionParameters } from '../layout/layout';
import type { DatedLayout, Layouts, PreviousLayout } from '../layout/layouts';
import type { ArchiveLocation } from '../layout/location';
import { ERROR_RECORDS, ObjectFormat } from '../layout/record-format';
import { TRAIL_LOG_FORMAT, TRAIL_LOGS_TABLE, TRAIL_PARTITION_FOLDER, TrailLogs, trailLogsFolder, trailPartitions } from '../layout/trail-logs';
import { uniqueName } from '../private/names';
import { applyToAll } from '../private/removal';
import { invalid, isKnown, show } from '../private/validate';

/** The view over the archive's events, and the view over what Firehose could not deliver. */
export const EVENTS_VIEW = 'events';

const ERROR_RECORDS_TABLE = 'delivery_error_records';

/** What Glue and Athena both take. @see https://docs.aws.amazon.com/athena/latest/ug/tables-databases-columns-names.html */
export const DATABASE_NAME = /^[a-z0-9_]{1,255}$/;

/** How the archive appears in the Glue Data Catalog. */
export interface CatalogOptions {
  /**
   * The name of the Glue database. It has lower-case letters, digits and underscores, at most 255; anything else fails at synthesis. It
   * must not exist yet in the account and Region; that of another archive before it in the stack fails at synthesis. Changing it
   * replaces database, tables and views, which hold no data.
   *
   * @default - a name made from the stack's name and the construct's id
   */
  readonly databaseName?: string;

  /**
   * The first day (UTC, `yyyy-MM-dd`) that queries look back to. Set it when older objects are copied into the archive. Athena looks
   * into a folder for each day and value that a query does not leave out, so a year that holds nothing still costs time.
   * What is no day, or a day to come, fails at synthesis.
   *
   * @default '2026-01-01', before which no archive of this library holds anything
   */
  readonly firstDate?: string;

  /**
   * The layouts that the archive had before, the oldest first: the `partitionKeys` of the past. Their tables stay, and the view
   * `events` shows what lies in them too. In a layout that lacks a key, that key's column is `other`. A layout twice, or the current
   * one among them, fails at synthesis.
   *
   * @default - none: the view shows the current layout only
   */
  readonly previousLayouts?: PreviousLayout[];
}

/** What the catalog needs of the other stages. */
export interface CatalogProps extends CatalogOptions {
  readonly location: ArchiveLocation;
  readonly layouts: Layouts;
}

/** The database with its tables and views; it holds no data of record. */
export class Catalog extends Construct {
  public readonly databaseName: string;
  public readonly tables: readonly glue.CfnTable[];
  private readonly database: glue.CfnDatabase;
  private readonly dates: DateRange;

  constructor(scope: Construct, id: string, props: CatalogProps) {
    super(scope, id);
    this.databaseName = databaseName(props.databaseName) ?? uniqueName(scope);
    this.checkOwnDatabase();
    const database = new glue.CfnDatabase(this, 'Database', {
      catalogId: Stack.of(this).account,
      databaseInput: { name: this.databaseName, description: 'The event audit archive' },
    });
    const { layouts, location } = props;
    this.tables = [
      ...layouts.all.map(layout => this.eventsTable(location, layout)),
      createView(this, 'EventsView', {
        databaseName: this.databaseName,
        name: EVENTS_VIEW,
        sql: eventsSql(layouts),
        columns: eventsColumns(layouts),
      }),
      ...this.uniqueEventsViews(layouts),
      this.errorRecordsTable(location, layouts.dates.projection),
      createView(this, 'DeliveryErrorsView', {
        databaseName: this.databaseName,
        name: DELIVERY_ERRORS.name,
        sql: DELIVERY_ERRORS.sql(ERROR_RECORDS_TABLE),
        columns: DELIVERY_ERRORS.columns,
      }),
    ];
    for (const table of this.tables) table.node.addDependency(database);
    this.database = database;
    this.dates = layouts.dates;
    applyToAll(this, RemovalPolicy.DESTROY);
  }

  /** Adds the table over the log files of the archive's trail, which is made when there is an archive to be logged. */
  public addTrailLogs(logs: TrailLogs): void {
    const location = `s3://${logs.bucket.bucketName}/${trailLogsFolder(logs)}`;
    const partitions = trailPartitions(logs, this.dates);
    const table = this.externalTable('TrailLogsTable', {
      name: TRAIL_LOGS_TABLE,
      description: 'The log files of the CloudTrail trail, as CloudTrail wrote them',
      location,
      format: TRAIL_LOG_FORMAT,
      parameters: { classification: 'cloudtrail', ...projectionParameters(location, partitions, TRAIL_PARTITION_FOLDER) },
      columns: TRAIL_LOG_COLUMNS,
      partitionKeys: partitions.map(({ name, comment }) => ({ name, type: 'string', comment })),
    });
    table.node.addDependency(this.database);
    table.applyRemovalPolicy(RemovalPolicy.DESTROY);
  }

  /** Two of one name fail at deployment only, when half of the stack is there. */
  private checkOwnDatabase(): void {
    const stack = Stack.of(this);
    const databases = stack.node.findAll().filter((child): child is glue.CfnDatabase => child instanceof glue.CfnDatabase && isIn(child, stack));
    const other = databases.find(database => nameOf(database) === this.databaseName);
    if (other) invalid('catalog.databaseName', show(this.databaseName), `${other.node.path} has that name already: give each archive a database of its own`);
  }

  private eventsTable(archive: ArchiveLocation, { layout, dates }: DatedLayout): glue.CfnTable {
    const location = archive.uriOf(`${archive.events}${layout.folder}`);
    return this.externalTable(`Table-${layout.id}`, {
      name: physicalTable(layout),
      description: `Events in the layout ${layout.id}`,
      location,
      format: layout.format,
      parameters: layout.projection(location, dates),
      columns: ENVELOPE.map(({ name, type, comment }) => ({ name, type, comment })),
      partitionKeys: layout.keys.map(key => ({ name: key.name, type: 'string', comment: key._model.comment })),
    });
  }

  private uniqueEventsViews(layouts: Layouts): glue.CfnTable[] {
    const partitionColumns = layouts.columns.map(({ name }) => name);
    const views: [id: string, name: string, sql: string][] = [
      ['UniqueEventsView', UNIQUE_EVENTS_VIEW, uniqueEventsSql(EVENTS_VIEW, partitionColumns)],
      ['AllUniqueEventsView', ALL_UNIQUE_EVENTS_VIEW, allUniqueEventsSql(EVENTS_VIEW, partitionColumns)],
    ];
    return views.map(([id, name, sql]) => createView(this, id, { databaseName: this.databaseName, name, sql, columns: eventsColumns(layouts) }));
  }

  private errorRecordsTable(archive: ArchiveLocation, projection: Projection): glue.CfnTable {
    const location = archive.uriOf(archive.errors);
    return this.externalTable('ErrorRecordsTable', {
      name: ERROR_RECORDS_TABLE,
      description: 'The records that Firehose could not deliver, as it wrote them',
      location,
      format: ERROR_RECORDS,
      parameters: projectionParameters(location, [{ name: 'error_date', projection }]),
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
          columns: [...table.columns],
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
  readonly format: ObjectFormat;
  readonly parameters: { [name: string]: string };
  readonly columns: readonly glue.CfnTable.ColumnProperty[];
  readonly partitionKeys: glue.CfnTable.ColumnProperty[];
}

function physicalTable(layout: Layout): string {
  return `${EVENTS_VIEW}_${layout.id}`;
}

function eventsColumns(layouts: Layouts): ViewColumn[] {
  return [
    ...ENVELOPE.map(({ name, type, comment }): ViewColumn => ({ name, comment, type: type === 'string' ? 'varchar' : 'array(varchar)' })),
    ...layouts.columns.map(({ name, comment }): ViewColumn => ({ name, comment, type: 'varchar' })),
  ];
}

/** Each layout's table is read by its own columns, in one order. A branch whose constant cannot match is not read at all. */
function eventsSql(layouts: Layouts): string {
  const envelope = ENVELOPE.map(({ name }) => name);
  return layouts.all.map(({ layout }) => `SELECT ${[...envelope, ...layouts.selectOf(layout)].join(', ')} FROM ${physicalTable(layout)}`).join('\nUNION ALL\n');
}

function nameOf({ databaseInput }: glue.CfnDatabase): string | undefined {
  return (databaseInput as glue.CfnDatabase.DatabaseInputProperty).name;
}

/** A stack below another can be for another place. */
function isIn(child: IConstruct, { account, region }: Stack): boolean {
  const own = Stack.of(child);
  return own.account === account && own.region === region;
}

function databaseName(given?: string): string | undefined {
  if (given !== undefined && isKnown(given) && !DATABASE_NAME.test(given)) {
    invalid('catalog.databaseName', show(given), 'Athena takes 1 to 255 lower-case letters, digits and underscores');
  }
  return given;
}
