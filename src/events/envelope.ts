// The envelope that EventBridge puts around every event, as the columns of the archive's tables.

/** A field of the envelope and the column that holds it. */
export interface EnvelopeColumn {
  /** The column. */
  readonly name: string;
  /** The event's key, where it is no column name. */
  readonly key?: string;
  readonly type: 'string' | 'array<string>';
  readonly comment: string;
}

/** `detail` keeps the event's own JSON text, so that a new kind of event needs no new schema. */
export const ENVELOPE: readonly EnvelopeColumn[] = [
  { name: 'version', type: 'string', comment: 'The version of the envelope' },
  { name: 'id', type: 'string', comment: 'The id of the event; the same event delivered twice has the same id' },
  { name: 'detail_type', key: 'detail-type', type: 'string', comment: 'With source, what kind of event this is' },
  { name: 'source', type: 'string', comment: 'The service or application that sent the event' },
  { name: 'account', type: 'string', comment: 'The account that the event came from' },
  { name: 'time', type: 'string', comment: 'When the event happened, as its producer says (ISO 8601, UTC)' },
  { name: 'region', type: 'string', comment: 'The Region that the event came from' },
  { name: 'resources', type: 'array<string>', comment: 'The ARNs of the resources that the event is about' },
  { name: 'detail', type: 'string', comment: 'The event itself, as JSON text' },
  { name: 'replay_name', key: 'replay-name', type: 'string', comment: 'The replay that sent the event again, if one did' },
];
