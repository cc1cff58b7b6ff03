// The saved queries that every archive starts with. Each has a time window to edit, finds a type of event wherever it was put, and
// counts distinct events, because EventBridge delivers at least once.

import { API_CALL } from '../events/event-types';
import type { Layouts } from '../layout/layouts';

/** A query that a user finds in Athena. */
export interface StarterQuery {
  /** The construct's id, and so a part of the logical id. */
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly sql: string;
}

/** Where the queries look. */
export interface QuerySource {
  readonly databaseName: string;
  /** The view over all events, and the view over the failed deliveries. */
  readonly eventsView: string;
  readonly deliveryErrorsView: string;
  readonly layouts: Layouts;
}

/** Who made an API call: the role behind a session, else the caller as CloudTrail names it. */
const PRINCIPAL = `coalesce(
    json_extract_scalar(detail, '$.userIdentity.sessionContext.sessionIssuer.arn'),
    json_extract_scalar(detail, '$.userIdentity.arn'),
    json_extract_scalar(detail, '$.userIdentity.invokedBy'),
    json_extract_scalar(detail, '$.userIdentity.userName'),
    json_extract_scalar(detail, '$.userIdentity.principalId'),
    'unknown'
  )`;

/** The queries, over the views of one archive. */
export function starterQueries(source: QuerySource): StarterQuery[] {
  const { databaseName, layouts } = source;
  const events = `"${databaseName}"."${source.eventsView}"`;
  const errors = `"${databaseName}"."${source.deliveryErrorsView}"`;
  return [
    {
      id: 'LatestEvents',
      name: 'Latest events',
      description: 'The events that happened last, of those that arrived since yesterday.',
      sql: `${windowNote('receipt_date')}
SELECT time, account, region, source, detail_type, detail, id
FROM ${events}
WHERE ${since('receipt_date', 1)}
ORDER BY time DESC, id
LIMIT 100`,
    },
    {
      id: 'EventsByTypeAndDay',
      name: 'Events by type and day',
      description: 'How many events of each kind arrived on each of the last seven days.',
      sql: `${windowNote('receipt_date')}
SELECT receipt_date, detail_type, source, count(DISTINCT id) AS events
FROM ${events}
WHERE ${since('receipt_date', 7)}
GROUP BY receipt_date, detail_type, source
ORDER BY receipt_date DESC, events DESC, detail_type, source`,
    },
    {
      id: 'ApiCallsByPrincipal',
      name: 'API calls by principal',
      description: 'Who called which service how often in the last seven days, how many different calls these were, and how many failed.',
      sql: `${windowNote('receipt_date')}
SELECT
  ${PRINCIPAL} AS principal,
  json_extract_scalar(detail, '$.eventSource') AS event_source,
  count(DISTINCT id) AS calls,
  count(DISTINCT json_extract_scalar(detail, '$.eventName')) AS different_calls,
  count(DISTINCT CASE WHEN json_extract_scalar(detail, '$.errorCode') IS NOT NULL THEN id END) AS failed_calls,
  min(time) AS first_call,
  max(time) AS last_call
FROM ${events}
WHERE ${since('receipt_date', 7)}
  AND ${layouts.filterOn(API_CALL)}
GROUP BY 1, 2
ORDER BY calls DESC, principal, event_source`,
    },
    {
      id: 'FailedApiCalls',
      name: 'Failed API calls',
      description: 'The API calls of the last seven days that were denied or failed, the latest first.',
      sql: `${windowNote('receipt_date')}
SELECT
  time,
  ${PRINCIPAL} AS principal,
  json_extract_scalar(detail, '$.eventSource') AS event_source,
  json_extract_scalar(detail, '$.eventName') AS event_name,
  json_extract_scalar(detail, '$.errorCode') AS error_code,
  json_extract_scalar(detail, '$.errorMessage') AS error_message,
  json_extract_scalar(detail, '$.sourceIPAddress') AS source_ip_address,
  region,
  account,
  id
FROM ${events}
WHERE ${since('receipt_date', 7)}
  AND ${layouts.filterOn(API_CALL)}
  AND json_extract_scalar(detail, '$.errorCode') IS NOT NULL
ORDER BY time DESC, id
LIMIT 1000`,
    },
    {
      id: 'DeliveryErrors',
      name: 'Delivery errors',
      description: 'What Firehose could not deliver in the last seven days, and why, with the event as it came.',
      sql: `${windowNote('error_date')}
SELECT arrival_time, error_type, error_code, error_message, attempts, source, detail_type, event_id, event, path
FROM ${errors}
WHERE ${since('error_date', 7)}
ORDER BY arrival_time DESC, event_id
LIMIT 1000`,
    },
  ];
}

function windowNote(column: string): string {
  return `-- Edit the window in the condition on ${column}: the day of arrival (UTC), by which Athena leaves out what it need not read.`;
}

function since(column: string, days: number): string {
  return `${column} >= date_format(current_date - interval '${days}' day, '%Y-%m-%d')`;
}
