// The views without duplicates. EventBridge delivers at least once, an event that two rules match is archived twice, and a replay
// sends old events again: all copies stay in the archive, and these views show one of each.

import { ENVELOPE } from '../events/envelope';

/** Within a partition: a filter on any partition column reaches the tables, so it reads no more than the same filter on `events`. */
export const UNIQUE_EVENTS_VIEW = 'unique_events';

/** Across all partitions: whatever the filter, it reads everything, because a copy may be anywhere. */
export const ALL_UNIQUE_EVENTS_VIEW = 'unique_events_all';

/** What tells one copy from another: the original stands before its replays, and beyond that the order is the same every time. */
const FIRST_COPY = [
  'replay_name NULLS FIRST',
  ...ENVELOPE.map(({ name, type }) => type === 'string' ? name : `array_join(${name}, ',')`).filter(column => !['id', 'replay_name'].includes(column)),
];

/**
 * One row an id within each partition. Trino pushes a filter below a window function only where it is on what the window is partitioned
 * by, so all partition columns are.
 */
export function uniqueEventsSql(eventsView: string, partitionColumns: readonly string[]): string {
  return uniqueSql(eventsView, partitionColumns, ['id', ...partitionColumns], FIRST_COPY);
}

/** One row an id, the one that arrived first. */
export function allUniqueEventsSql(eventsView: string, partitionColumns: readonly string[]): string {
  const [original, ...others] = FIRST_COPY;
  return uniqueSql(eventsView, partitionColumns, ['id'], [original, 'receipt_date', ...partitionColumns.filter(column => column !== 'receipt_date'), ...others]);
}

/** A row without an id is a line that is no event; nobody knows whether two of them are the same, so all are shown. */
function uniqueSql(eventsView: string, partitionColumns: readonly string[], sameBy: readonly string[], order: readonly string[]): string {
  const columns = [...ENVELOPE.map(({ name }) => name), ...partitionColumns].join(', ');
  return `
SELECT ${columns}
FROM (
  SELECT ${columns},
    row_number() OVER (PARTITION BY ${sameBy.join(', ')} ORDER BY ${order.join(', ')}) AS copy
  FROM ${eventsView}
)
WHERE copy = 1 OR id IS NULL`.trim();
}
