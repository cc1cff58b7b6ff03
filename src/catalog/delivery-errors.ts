// What Firehose could not deliver: its error records as a table, and the view that decodes them.

import type { ViewColumn } from './views';

/** The fields of an error record in lower case; which of them a record has depends on its kind, and their spelling too. */
export const ERROR_RECORD_COLUMNS = [
  'attemptsmade', 'arrivaltimestamp', 'errorcode', 'errormessage', 'lasterrorcode', 'lasterrormessage', 'attemptendingtimestamp', 'rawdata',
  'lambdaarn', 'sequencenumber', 'datacatalogtable',
];

const columns: ViewColumn[] = [
  { name: 'error_date', type: 'varchar', comment: 'The day on which the delivery failed (UTC)' },
  { name: 'error_type', type: 'varchar', comment: 'What failed, by the name of the folder, for example metadata-extraction-failed' },
  { name: 'error_code', type: 'varchar' },
  { name: 'error_message', type: 'varchar' },
  { name: 'attempts', type: 'bigint', comment: 'How often Firehose tried' },
  { name: 'arrival_time', type: 'varchar', comment: 'When Firehose received the event (ISO 8601, UTC)' },
  { name: 'event_id', type: 'varchar' },
  { name: 'detail_type', type: 'varchar' },
  { name: 'source', type: 'varchar' },
  { name: 'event', type: 'varchar', comment: 'The event as it was published' },
  { name: 'path', type: 'varchar', comment: 'The object that holds the record' },
];

/** The view `delivery_errors`. A record that cannot be decoded is a row without an event, never a failed query. */
export const DELIVERY_ERRORS = {
  name: 'delivery_errors',
  columns,
  sql: (table: string) => `
SELECT
  error_date,
  regexp_extract(path, '/error_date=[^/]+/(.+)/[^/]+$', 1) AS error_type,
  coalesce(errorcode, lasterrorcode) AS error_code,
  coalesce(errormessage, lasterrormessage) AS error_message,
  try_cast(attemptsmade AS bigint) AS attempts,
  to_iso8601(from_unixtime(try_cast(arrivaltimestamp AS double) / 1000, 'UTC')) AS arrival_time,
  json_extract_scalar(event, '$.id') AS event_id,
  json_extract_scalar(event, '$["detail-type"]') AS detail_type,
  json_extract_scalar(event, '$.source') AS source,
  event,
  path
FROM (
  SELECT error_date, "$path" AS path, errorcode, lasterrorcode, errormessage, lasterrormessage, attemptsmade, arrivaltimestamp,
    try(from_utf8(from_base64(rawdata))) AS event
  FROM ${table}
)`.trim(),
};
