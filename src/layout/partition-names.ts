// The names that a user's own partition key can have: each is a column, a Hive folder and a part of the layout's id.

import { ENVELOPE } from '../events/envelope';
import { invalid, isKnown, show } from '../private/validate';

const NAME = /^(?=.{1,64}$)[a-z][a-z0-9]*(_[a-z0-9]+)*$/;

/** The names of the library's own keys, and what makes them. */
const OWN_KEYS: { readonly [name: string]: string } = {
  event_type: 'eventType',
  receipt_date: 'receiptDate',
  receipt_hour: 'receiptHour',
  event_source: 'source',
  event_account: 'account',
  event_region: 'region',
};

/** Athena's hidden columns, without their dollar sign. @see https://trino.io/docs/current/connector/hive.html#metadata-columns */
const HIDDEN_COLUMNS = ['path', 'file_size', 'file_modified_time', 'partition'];

/** What needs quotation marks in SQL. @see https://docs.aws.amazon.com/athena/latest/ug/reserved-words.html#list-of-reserved-words-sql-select */
const RESERVED_WORDS = new Set([
  'alter', 'and', 'as', 'between', 'by', 'case', 'cast', 'constraint', 'create', 'cross', 'cube', 'current_catalog', 'current_date', 'current_path',
  'current_schema', 'current_time', 'current_timestamp', 'current_user', 'deallocate', 'delete', 'describe', 'distinct', 'drop', 'else', 'end',
  'escape', 'except', 'execute', 'exists', 'extract', 'false', 'first', 'for', 'from', 'full', 'group', 'grouping', 'having', 'in', 'inner', 'insert',
  'intersect', 'into', 'is', 'join', 'json_array', 'json_exists', 'json_object', 'json_query', 'json_table', 'json_value', 'last', 'left', 'like',
  'listagg', 'localtime', 'localtimestamp', 'natural', 'normalize', 'not', 'null', 'of', 'on', 'or', 'order', 'outer', 'prepare', 'recursive', 'right',
  'rollup', 'select', 'skip', 'table', 'then', 'trim', 'true', 'uescape', 'union', 'unnest', 'using', 'values', 'when', 'where', 'with',
]);

/** A name that clashes with nothing, or an error that names the prop. */
export function checkKeyName(prop: string, name: string): void {
  if (!isKnown(name)) invalid(prop, 'a token', 'the name is needed at synthesis: give a literal one');
  if (!NAME.test(name)) {
    invalid(prop, show(name), 'give lower-case letters and digits, 64 at most and a letter first, with single underscores between words, for example tenant_id');
  }
  const taken = ENVELOPE.some(column => column.name === name);
  if (taken) invalid(prop, show(name), 'every event has a column of this name: give the key another');
  if (Object.hasOwn(OWN_KEYS, name)) invalid(prop, show(name), `it is the name of PartitionKey.${OWN_KEYS[name]}(): use that, or give the key another name`);
  if (HIDDEN_COLUMNS.includes(name)) invalid(prop, show(name), `Athena has a hidden column "$${name}": give the key another name`);
  if (RESERVED_WORDS.has(name)) invalid(prop, show(name), 'Athena reserves the word, so that every query would have to quote it: give the key another name');
}
