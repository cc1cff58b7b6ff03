// The saved queries that every archive starts with. Each has a time window to edit, finds a type of event wherever it was put, and
// counts distinct events, because EventBridge delivers at least once.

import { CONSOLE_LOGIN, IDENTITY_CENTER_SIGN_IN } from '../events/cloudtrail-patterns';
import { API_CALL, NETWORK_ACTIVITY, SERVICE_EVENT, SIGN_INS } from '../events/event-types';
import { ERROR, IS_FAILURE } from '../events/failures';
import { BY_AWS_SERVICE, givenInDetail, inDetail, WHO } from '../events/who';
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

/** The time of an event, were it now. */
const NOW = "date_format(current_timestamp, '%Y-%m-%dT%H:%i:%SZ')";

const LIMIT = 1000;

/** How many rows there are, also of those that a limit cuts off. */
const ROWS_IN_ALL = 'CAST(sum(1) OVER () AS bigint)';

/** The queries, over the views of one archive. */
export function starterQueries(source: QuerySource): StarterQuery[] {
  const { databaseName, layouts } = source;
  const events = `"${databaseName}"."${source.eventsView}"`;
  const errors = `"${databaseName}"."${source.deliveryErrorsView}"`;
  return [
    {
      id: 'LatestEvents',
      name: 'Latest events',
      description: 'The events that happened last, of those that arrived since yesterday, each once. Those that are dated ahead stand last.',
      sql: `${windowNote('receipt_date')}
-- The time is what the producer says. An event that is dated ahead of now does not stand before all others: events_dated_ahead counts such.
WITH arrived AS (
  SELECT DISTINCT time, account, region, source, detail_type, detail, id, time > ${NOW} AS dated_ahead
  FROM ${events}
  WHERE ${since('receipt_date', 1)}
)
SELECT time, account, region, source, detail_type, detail, id, dated_ahead,
  count(CASE WHEN dated_ahead THEN time END) OVER () AS events_dated_ahead,
  ${ROWS_IN_ALL} AS events_in_all
FROM arrived
ORDER BY dated_ahead, time DESC, id
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
  ${WHO} AS principal,
  account,
  ${inDetail('eventSource')} AS event_source,
  count(DISTINCT id) AS calls,
  count(DISTINCT ${inDetail('eventName')}) AS different_calls,
  count(DISTINCT CASE WHEN ${IS_FAILURE} THEN id END) AS failed_calls,
  min(time) AS first_call,
  max(time) AS last_call
FROM ${events}
WHERE ${since('receipt_date', 7)}
  AND ${layouts.filterOn(API_CALL)}
GROUP BY 1, 2, 3
ORDER BY calls DESC, principal, account, event_source`,
    },
    {
      id: 'FailedApiCalls',
      name: 'Failed API calls',
      description: 'The API calls of the last seven days that were denied or failed, those that a VPC endpoint denied included: a row for each caller, '
        + 'call and error, AWS services last.',
      sql: `${windowNote('receipt_date')}
-- The message, address and id are those of one of the failures. rows_in_all says whether there are more rows than the limit at the end lets through.
SELECT
  ${BY_AWS_SERVICE} AS by_aws_service,
  ${WHO} AS principal,
  ${inDetail('userIdentity.invokedBy')} AS invoked_by,
  account,
  ${inDetail('eventSource')} AS event_source,
  ${inDetail('eventName')} AS event_name,
  ${ERROR} AS error,
  count(DISTINCT id) AS failures,
  min(time) AS first_failure,
  max(time) AS last_failure,
  max(${inDetail('errorMessage')}) AS error_message,
  max(${inDetail('sourceIPAddress')}) AS source_ip_address,
  max(id) AS id,
  ${ROWS_IN_ALL} AS rows_in_all,
  CAST(sum(count(DISTINCT id)) OVER () AS bigint) AS failures_in_all
FROM ${events}
WHERE ${since('receipt_date', 7)}
  AND ${layouts.filterOn(API_CALL, NETWORK_ACTIVITY)}
  AND ${IS_FAILURE}
GROUP BY 1, 2, 3, 4, 5, 6, 7
ORDER BY by_aws_service, failures DESC, last_failure DESC, principal, event_source, event_name, error, invoked_by, account
LIMIT ${LIMIT}`,
    },
    {
      id: 'SignIns',
      name: 'Sign-ins',
      description: 'Who signed in to the console or to IAM Identity Center in the last seven days, or tried to, from where, and with MFA or not; the latest first.',
      sql: `${windowNote('receipt_date')}
-- A sign-in to Identity Center is a sequence of events, some of which have the user's name. One that fails ends with a credential that was not
-- right. mfa is what CloudTrail says: of a federated sign-in to the console always No, and nothing of what an identity provider asked for.
WITH steps AS (
  SELECT DISTINCT time, account, region, id,
    ${inDetail('eventName')} AS event_name,
    ${WHO} AS principal,
    coalesce(${givenInDetail('additionalEventData.UserName')}, ${givenInDetail('userIdentity.userName')}) AS user_name,
    coalesce(${givenInDetail('additionalEventData.AuthWorkflowID')}, id) AS sequence,
    ${inDetail('additionalEventData.CredentialType')} AS credential_type,
    lower(${inDetail('additionalEventData.MFAUsed')}) AS mfa_used,
    coalesce(
      ${inDetail('responseElements.ConsoleLogin')},
      ${inDetail('serviceEventDetails.UserAuthentication')},
      ${inDetail('serviceEventDetails.CredentialVerification')},
      CASE WHEN ${IS_FAILURE} THEN 'Failure' END,
      'not said'
    ) AS result,
    ${ERROR} AS error,
    ${inDetail('sourceIPAddress')} AS source_ip_address,
    ${inDetail('userAgent')} AS user_agent
  FROM ${events}
  WHERE ${since('receipt_date', 7)}
    AND ${layouts.filterOn(...SIGN_INS, SERVICE_EVENT)}
    AND ${inDetail('eventSource')} = 'signin.amazonaws.com'
    AND ${inDetail('eventName')} IN (${[...CONSOLE_LOGIN, ...IDENTITY_CENTER_SIGN_IN].map(name => `'${name}'`).join(', ')})
),
named AS (
  SELECT steps.*, coalesce(user_name, max(user_name) OVER (PARTITION BY sequence)) AS signed_in_as
  FROM steps
)
SELECT
  time, result,
  CASE
    WHEN mfa_used = 'yes' OR credential_type LIKE '%,%' THEN 'Yes'
    WHEN mfa_used = 'no' OR (event_name = 'UserAuthentication' AND credential_type = 'PASSWORD') THEN 'No'
    ELSE 'not said'
  END AS mfa,
  principal, signed_in_as AS user_name, source_ip_address, event_name, credential_type, error, user_agent, region, account, id,
  ${ROWS_IN_ALL} AS sign_ins_in_all
FROM named
WHERE event_name IN ('ConsoleLogin', 'UserAuthentication') OR (event_name = 'CredentialVerification' AND result <> 'Success')
ORDER BY time DESC, id
LIMIT ${LIMIT}`,
    },
    {
      id: 'DeliveryErrors',
      name: 'Delivery errors',
      description: 'What Firehose could not deliver in the last seven days, and why, with the event as it came.',
      sql: `${windowNote('error_date')}
SELECT arrival_time, error_type, error_code, error_message, attempts, source, detail_type, event_id, event, path,
  ${ROWS_IN_ALL} AS errors_in_all
FROM ${errors}
WHERE ${since('error_date', 7)}
ORDER BY arrival_time DESC, event_id
LIMIT ${LIMIT}`,
    },
  ];
}

function windowNote(column: string): string {
  return `-- Edit the window in the condition on ${column}: the day of arrival (UTC), by which Athena leaves out what it need not read.`;
}

function since(column: string, days: number): string {
  return `${column} >= date_format(current_date - interval '${days}' day, '%Y-%m-%d')`;
}
