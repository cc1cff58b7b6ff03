// The views, as Athena keeps them in Glue: declared in the template, with no custom resource and no manual step.

import { Fn, Stack } from 'aws-cdk-lib';
import * as glue from 'aws-cdk-lib/aws-glue';
import type { Construct } from 'constructs';

/** A view's column, by Athena's types. */
export interface ViewColumn {
  readonly name: string;
  readonly type: 'varchar' | 'bigint' | 'array(varchar)';
  readonly comment?: string;
}

/** A view to declare. */
export interface ViewProps {
  readonly databaseName: string;
  readonly name: string;
  /** The query; it names tables without their database, which is the view's own. */
  readonly sql: string;
  readonly columns: readonly ViewColumn[];
}

const HIVE_TYPES = { 'varchar': 'string', 'bigint': 'bigint', 'array(varchar)': 'array<string>' };

/** Declares a view that Athena can query as soon as the stack is deployed. */
export function createView(scope: Construct, id: string, props: ViewProps): glue.CfnTable {
  const definition = Stack.of(scope).toJsonString({
    originalSql: props.sql,
    catalog: 'awsdatacatalog',
    schema: props.databaseName,
    columns: props.columns.map(({ name, type }) => ({ name, type })),
  });
  return new glue.CfnTable(scope, id, {
    catalogId: Stack.of(scope).account,
    databaseName: props.databaseName,
    tableInput: {
      name: props.name,
      // No description: Trino takes it for the table's comment, and knows a view by the comment that stands in the parameters.
      tableType: 'VIRTUAL_VIEW',
      parameters: { presto_view: 'true', comment: 'Presto View' },
      storageDescriptor: {
        columns: props.columns.map(({ name, type, comment }) => ({ name, type: HIVE_TYPES[type], comment })),
        serdeInfo: {},
      },
      viewOriginalText: `/* Presto View: ${Fn.base64(definition)} */`,
      viewExpandedText: '/* Presto View */',
    },
  });
}
