// The queries that compare the archive with the trail's own log files: what the trail has and the archive lacks, and the reverse. Both
// always have a row: it says how much was compared, so that an answer without a gap is no empty answer.

import { Lazy } from 'aws-cdk-lib';
import type { StarterQuery } from './saved-queries';
import { CLOUDTRAIL_DETAIL_TYPES, INSIGHT, NETWORK_ACTIVITY } from '../events/event-types';
import { OWN_CALL_NAMES } from '../events/guard';
import { inDetail, WHO, WHO_LOGGED } from '../events/who';
import type { Layouts } from '../layout/layouts';
import { TRAIL_LOGS_TABLE, TrailLogs } from '../layout/trail-logs';

/** A trail whose log files the archive is compared with. */
export interface ComparedTrail {
  readonly logs: TrailLogs;
  /** Whether any enabled capture takes the calls that EventBridge holds back otherwise. It is asked at synthesis: captures can be added until then. */
  readonly capturesReads: () => boolean;
  /** The roles whose deliveries the archive leaves out. */
  readonly ownRoleArns: readonly string[];
}

/** Where the queries look. */
export interface CompletenessSource {
  readonly databaseName: string;
  readonly eventsView: string;
  readonly layouts: Layouts;
  readonly trail: ComparedTrail;
}

/** What lies in the log files themselves; Insights and network activity have folders of their own. */
const LOGGED_TYPES = CLOUDTRAIL_DETAIL_TYPES.filter(type => ![INSIGHT, NETWORK_ACTIVITY].includes(type));

/**
 * The management calls that EventBridge holds back are known by their names: reads of other names come, such as AssumeRole, and two of these do.
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail-management.html
 */
const IS_HELD_BACK = `((eventname LIKE 'Get%' OR eventname LIKE 'List%' OR eventname LIKE 'Describe%')
      AND NOT (eventsource = 'sts.amazonaws.com' AND eventname IN ('GetFederationToken', 'GetSessionToken'))
      AND coalesce(eventtype, 'AwsApiCall') = 'AwsApiCall' AND coalesce(eventcategory, 'Management') = 'Management')`;

/** Only AWS sends events of such a source. Those of partners begin alike, and hold what the partner wants. */
const IS_OF_AWS = "(source LIKE 'aws.%' AND source NOT LIKE 'aws.partner/%')";

/** What a window's note says. A log file can hold what happened the day before, and an event can arrive on the day after. */
const WINDOW_NOTE = `-- Compares what happened since yesterday (UTC), but for the last hour, which may still be under way. To compare another time edit the
-- conditions on time; those on day and receipt_date leave out what Athena need not read, and begin a day before.`;

const SINCE = "date_format(current_date - interval '1' day, '%Y-%m-%dT00:00:00Z')";
const UNTIL = "date_format(current_timestamp - interval '1' hour, '%Y-%m-%dT%H:%i:%SZ')";
const LOGGED_SINCE = "day >= date_format(current_date - interval '2' day, '%Y/%m/%d')";
const ARCHIVED_SINCE = "receipt_date >= date_format(current_date - interval '2' day, '%Y-%m-%d')";

const LIMIT = 1000;

/** The two queries. */
export function completenessQueries(source: CompletenessSource): StarterQuery[] {
  return [
    {
      id: 'ApiCallsThatTheArchiveLacks',
      name: 'API calls in the trail that the archive lacks',
      description: 'The calls since yesterday in the log files of the trail whose event ids the archive does not hold, and why that may be. '
        + 'Events over 256 KB never reach EventBridge.',
      sql: lackingSql(source),
    },
    {
      id: 'ArchivedApiCallsThatTheTrailLacks',
      name: 'Archived API calls that the trail lacks',
      description: 'The archived calls since yesterday whose event ids are in no log file of the trail, and why that may be: events that '
        + 'somebody else sent stand first.',
      sql: unloggedSql(source),
    },
  ];
}

/**
 * A row for each call of the trail or the archive, and one for the comparison itself. Athena reads a common table expression anew for
 * each mention, so that each side is mentioned once and counted by windows.
 */
function lackingSql({ databaseName, eventsView, layouts, trail }: CompletenessSource): string {
  return `${WINDOW_NOTE}
WITH logged AS (
  SELECT eventid AS event_id, eventtime AS time, account, region, eventsource AS event_source, eventname AS event_name, min("$path") AS log_file,
    min(${WHO_LOGGED}) AS principal,
    min(sourceipaddress) AS source_ip_address, min(errorcode) AS error_code
  FROM "${databaseName}"."${TRAIL_LOGS_TABLE}"
  WHERE ${LOGGED_SINCE}
    AND eventtime >= ${SINCE}
    AND eventtime < ${UNTIL}${Lazy.string({
      produce: () => trail.capturesReads() ? '' : `
    -- EventBridge holds these management calls back unless includeReadOnlyApiCalls is set.
    AND NOT ${IS_HELD_BACK}`,
    })}
    -- The archive does not archive its own deliveries.
    AND NOT (eventname IN (${texts(OWN_CALL_NAMES)})
      AND coalesce(useridentity.sessioncontext.sessionissuer.arn, '') IN (${texts(trail.ownRoleArns)}))
  GROUP BY eventid, eventtime, account, region, eventsource, eventname
),
archived AS (
  SELECT DISTINCT account, region, ${inDetail('eventID')} AS event_id, ${inDetail('eventSource')} AS event_source, ${inDetail('eventName')} AS event_name
  FROM "${databaseName}"."${eventsView}"
  WHERE ${ARCHIVED_SINCE}
    AND ${layouts.filterOn(...LOGGED_TYPES)}
    AND ${IS_OF_AWS}
),
calls AS (
  SELECT 'call' AS kind, logged.time IS NOT NULL AS is_logged, archived.account IS NOT NULL AS is_archived,
    logged.time, coalesce(logged.account, archived.account) AS account, coalesce(logged.region, archived.region) AS region,
    coalesce(logged.event_source, archived.event_source) AS event_source, coalesce(logged.event_name, archived.event_name) AS event_name,
    principal, source_ip_address, error_code, logged.event_id, log_file
  FROM logged FULL JOIN archived ON archived.event_id = logged.event_id
  UNION ALL
  SELECT 'summary', false, false, ${nulls(10)}
),
counted AS (
  SELECT calls.*,
    count(CASE WHEN is_archived THEN 1 END) OVER (PARTITION BY account, region) AS archived_here,
    count(CASE WHEN is_archived THEN 1 END) OVER (PARTITION BY account, region, event_source, event_name) AS archived_of_this_name,
    count(CASE WHEN is_logged AND NOT is_archived THEN 1 END) OVER (PARTITION BY account, region, event_source, event_name) AS lacking_of_this_name,
    count(CASE WHEN is_logged THEN 1 END) OVER () AS calls_compared,
    count(CASE WHEN is_logged AND NOT is_archived THEN 1 END) OVER () AS calls_lacking
  FROM calls
)
SELECT
  CASE
    ${summaryFindings({ of: 'trail', by: 'archive', gaps: 'calls_lacking', gap: 'call that the archive lacks' })}
    WHEN archived_here = 0 THEN '3 nothing of this account and Region is archived: nothing forwards it, or capture is off'
    WHEN archived_of_this_name = 0 THEN '2 no call of this name is archived: no rule captures it, or this was the only one'
    ELSE '1 missing, unless a pattern leaves it out: other calls of this name are archived'
  END AS finding,
  time, account, region, event_source, event_name, principal, source_ip_address, error_code, event_id, log_file,
  archived_of_this_name, lacking_of_this_name, calls_compared, calls_lacking
FROM counted
WHERE kind = 'summary' OR (is_logged AND NOT is_archived)
ORDER BY finding, time DESC, event_id
LIMIT ${LIMIT}`;
}

/** An event that is not of AWS is nobody's API call, whatever id it has. */
function unloggedSql({ databaseName, eventsView, layouts, trail: { logs } }: CompletenessSource): string {
  const oneRegion = logs.region === undefined ? '' : `
    WHEN region <> '${logs.region}' THEN '6 of a Region that the trail does not record'`;
  return `${WINDOW_NOTE}
WITH logged AS (
  SELECT DISTINCT eventid AS event_id, account, eventsource AS event_source, eventname AS event_name
  FROM "${databaseName}"."${TRAIL_LOGS_TABLE}"
  WHERE ${LOGGED_SINCE}
),
archived AS (
  SELECT id, time, account, region, source, ${inDetail('eventSource')} AS event_source, ${inDetail('eventName')} AS event_name,
    ${WHO} AS principal, ${inDetail('managementEvent')} AS management_event,
    ${inDetail('eventID')} AS event_id, CASE WHEN ${IS_OF_AWS} THEN ${inDetail('eventID')} END AS known_event_id,
    min(receipt_date) AS receipt_date, min(replay_name) AS replay_name
  FROM "${databaseName}"."${eventsView}"
  WHERE ${ARCHIVED_SINCE}
    AND ${layouts.filterOn(...LOGGED_TYPES)}
    AND (NOT ${IS_OF_AWS} OR (
      time >= ${SINCE}
      AND time < ${UNTIL}
    ))
  GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
),
calls AS (
  SELECT 'call' AS kind, logged.event_id IS NOT NULL AS is_logged, archived.id IS NOT NULL AS is_archived,
    time, coalesce(archived.account, logged.account) AS account, region, source,
    coalesce(archived.event_source, logged.event_source) AS event_source, coalesce(archived.event_name, logged.event_name) AS event_name,
    principal, management_event, archived.event_id, id, receipt_date, replay_name
  FROM archived FULL JOIN logged ON logged.event_id = archived.known_event_id
  UNION ALL
  SELECT 'summary', false, false, ${nulls(12)}
),
counted AS (
  SELECT calls.*,
    count(CASE WHEN is_logged THEN 1 END) OVER (PARTITION BY account, event_source, event_name) AS logged_of_this_name,
    count(CASE WHEN is_archived AND NOT is_logged THEN 1 END) OVER (PARTITION BY account, event_source, event_name) AS not_logged_of_this_name,
    count(CASE WHEN is_archived THEN 1 END) OVER () AS calls_compared,
    count(CASE WHEN is_archived AND NOT is_logged THEN 1 END) OVER () AS calls_not_logged
  FROM calls
)
SELECT
  CASE
    ${summaryFindings({ of: 'archive', by: 'trail', gaps: 'calls_not_logged', gap: 'archived call that the trail lacks' })}
    WHEN NOT ${IS_OF_AWS} THEN '1 not of AWS: somebody else sent it under this detail type'
    WHEN account NOT IN (${texts(logs.accounts)}) THEN '5 of an account whose log files ${TRAIL_LOGS_TABLE} does not cover'${oneRegion}
    WHEN management_event = 'false' AND logged_of_this_name = 0 THEN '4 a data event: no selector of the trail has its kind'
    WHEN management_event = 'false' THEN '2 missing, unless no selector of the trail has it: a data event, and others of this name are in the trail'
    WHEN logged_of_this_name = 0 THEN '3 no call of this name is in the trail: it leaves them out, or this was the only one'
    ELSE '2 missing: other calls of this name are in the trail'
  END AS finding,
  time, account, region, source, event_source, event_name, principal, event_id, id, receipt_date, replay_name,
  logged_of_this_name, not_logged_of_this_name, calls_compared, calls_not_logged
FROM counted
WHERE kind = 'summary' OR (is_archived AND NOT is_logged)
ORDER BY finding, time DESC, id
LIMIT ${LIMIT}`;
}

/** What the row for the comparison itself says: of the one side's calls, which the other side ought to have, as many as a column counts are gaps. */
function summaryFindings({ of, by, gaps, gap }: { of: string; by: string; gaps: string; gap: string }): string {
  return `WHEN kind = 'summary' AND calls_compared = 0 THEN '0 nothing was compared: the ${of} has no such call in this time'
    WHEN kind = 'summary' AND ${gaps} = 0 THEN '0 complete: the ${by} has every such call of the ${of}'
    WHEN kind = 'summary' THEN '0 not complete: each ${gap} has a row below, up to ${LIMIT - 1}'`;
}

function texts(values: readonly string[]): string {
  return values.map(value => `'${value}'`).join(', ');
}

function nulls(count: number): string {
  return Array.from({ length: count }, () => 'CAST(NULL AS varchar)').join(', ');
}
