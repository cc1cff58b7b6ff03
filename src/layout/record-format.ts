// How records are written and read: the Firehose side and the Glue side of a format, in one object.

import { ENVELOPE } from '../events/envelope';

/** How Athena reads objects. */
export interface ObjectFormat {
  readonly inputFormat: string;
  readonly outputFormat: string;
  readonly serdeLibrary: string;
  readonly serdeParameters: { readonly [name: string]: string };
}

/** A format of the archive's objects. */
export interface RecordFormat extends ObjectFormat {
  /** The format's part of the layout's id. */
  readonly id: string;
  /** Firehose's compression; Athena picks its codec by the extension that this gives the object. */
  readonly compression: string;
  /** What Firehose puts after each record; without it Athena sees one line and only the first event on it. */
  readonly delimiter: string;
}

const OPENX_JSON = {
  compression: 'GZIP',
  delimiter: '\\n',
  inputFormat: 'org.apache.hadoop.mapred.TextInputFormat',
  outputFormat: 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat',
  serdeLibrary: 'org.openx.data.jsonserde.JsonSerDe',
};

/** One event a line, exactly as published. */
export const JSON_LINES: RecordFormat = {
  ...OPENX_JSON,
  id: 'json',
  serdeParameters: {
    // Without it the SerDe lower-cases the keys inside `detail` and merges those that differ by case only.
    'case.insensitive': 'FALSE',
    'ignore.malformed.json': 'true',
    ...Object.fromEntries(ENVELOPE.filter(column => column.key).map(column => [`mapping.${column.name}`, column.key!])),
  },
};

/** Firehose's error records. Their keys come in several spellings, so they are read without regard to case. */
export const ERROR_RECORDS: RecordFormat = {
  ...OPENX_JSON,
  id: 'errors',
  serdeParameters: { 'ignore.malformed.json': 'true' },
};
