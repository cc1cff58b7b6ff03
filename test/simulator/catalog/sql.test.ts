import { DuckDbQueryEngine } from '../embedded/sql';
import type { GlueResource, QueryResult } from '../engines';
import { BUCKET, DATABASE, database, ENVELOPE_SERDE, eventKey, eventsTable, MemoryStore, TableChanges, TODAY, view } from '../samples/sample-catalog';

let engine: DuckDbQueryEngine;
let store: MemoryStore;

const LOGIN = { 'version': '0', 'id': 'e1', 'detail-type': 'Login', 'source': 'app', 'time': '2026-01-02T03:04:05Z', 'resources': ['a', 'b'], 'detail': { UserName: 'Ann', userName: 'ann' } };
const OTHER = { 'id': 'e2', 'detail-type': 'Logout', 'source': 'app', 'detail': 'hello' };

beforeEach(() => {
  engine = new DuckDbQueryEngine();
  store = new MemoryStore();
  store.putEvents(eventKey('login'), LOGIN);
  store.putEvents(eventKey('other'), OTHER);
});

afterEach(() => engine.close());

async function open(...tables: GlueResource[]): Promise<void> {
  await engine.open([database(), ...tables], store);
}

async function query(sql: string): Promise<QueryResult> {
  return engine.query(DATABASE, sql);
}

/** The rows of a query over the events' table. */
async function rows(sql: string, changes?: TableChanges): Promise<unknown[][]> {
  await open(eventsTable(changes));
  return (await query(sql)).rows;
}

/** The one value of a query that needs no table. */
async function value(expression: string): Promise<unknown> {
  await open();
  return (await query(`SELECT ${expression}`)).rows[0][0];
}

test('a query sees data columns, partition columns and the hidden $path', async () => {
  expect(await rows('SELECT id, detail_type, resources, detail, event_type, receipt_date, "$path" FROM events_json ORDER BY id')).toEqual([
    ['e1', 'Login', ['a', 'b'], '{"UserName":"Ann","userName":"ann"}', 'login', TODAY, `s3://${BUCKET}/${eventKey('login')}`],
    ['e2', 'Logout', null, 'hello', 'other', TODAY, `s3://${BUCKET}/${eventKey('other')}`],
  ]);
});

test('a star never stands for $path', async () => {
  await open(eventsTable());
  for (const sql of ['SELECT * FROM events_json', 'SELECT e.* FROM events_json e', 'SELECT * FROM (SELECT * FROM events_json)']) {
    const { columns } = await query(sql);
    expect(columns.map(column => column.name)).toEqual([
      'version', 'id', 'detail_type', 'source', 'account', 'time', 'region', 'resources', 'detail', 'replay_name', 'event_type', 'receipt_date',
    ]);
  }
  expect((await query('SELECT e.*, "$path" FROM events_json AS e')).columns).toHaveLength(13);
});

test('columns have Trino\'s types, and no name is Trino\'s own', async () => {
  await open(eventsTable());
  const { columns } = await query('SELECT id, resources, count(*), sum(1) AS n, true, 1e0, current_date, now(), json_extract(min(detail), \'$\') FROM events_json GROUP BY 1, 2');
  expect(columns).toEqual([
    { name: 'id', type: 'varchar' }, { name: 'resources', type: 'array(varchar)' }, { name: '_col2', type: 'bigint' }, { name: 'n', type: 'bigint' },
    { name: '_col4', type: 'boolean' }, { name: '_col5', type: 'double' }, { name: '_col6', type: 'date' },
    { name: '_col7', type: 'timestamp(3) with time zone' }, { name: '_col8', type: 'json' },
  ]);
});

test.each(['events_json', '"events_json"', '"audit"."events_json"', '"AwsDataCatalog"."audit"."events_json"', 'AWSDATACATALOG.Audit.Events_Json'])(
  'the table is found as %s', async name => expect(await rows(`SELECT count(*) FROM ${name}`)).toEqual([[2]]));

test('without the mapping detail_type is null', async () => {
  const { 'mapping.detail_type': _removed, ...serde } = ENVELOPE_SERDE;
  expect(await rows('SELECT DISTINCT detail_type FROM events_json', { serde })).toEqual([[null]]);
});

test('without case.insensitive=FALSE nested keys are merged', async () => {
  const { 'case.insensitive': _removed, ...serde } = ENVELOPE_SERDE;
  const sql = 'SELECT json_extract_scalar(detail, \'$.UserName\'), detail FROM events_json WHERE id = \'e1\'';
  expect(await rows(sql, { serde })).toEqual([[null, '{"username":"ann"}']]);
  expect(await rows(sql)).toEqual([['Ann', '{"UserName":"Ann","userName":"ann"}']]);
});

test('without a delimiter the second event is lost', async () => {
  store.put(BUCKET, eventKey('login', TODAY, 'o2'), Buffer.from(JSON.stringify({ id: 'e3' }) + JSON.stringify({ id: 'e4' })));
  expect(await rows('SELECT id FROM events_json ORDER BY 1')).toEqual([['e1'], ['e2'], ['e3']]);
});

test('an event type that the projection lacks has no rows', async () => {
  expect(await rows('SELECT id FROM events_json', { parameters: { 'projection.event_type.values': 'other' } })).toEqual([['e2']]);
});

test('a line that no SerDe can read fails the query, and no other', async () => {
  store.put(BUCKET, eventKey('login', TODAY, 'o2.gz'), Buffer.from('text'));
  await open(eventsTable(), view('nothing', 'SELECT \'a\' AS a', { a: 'varchar' }));
  await expect(query('SELECT id FROM events_json')).rejects.toThrow('HIVE_CURSOR_ERROR');
  expect((await query('SELECT * FROM nothing')).rows).toEqual([['a']]);
});

test('objects are read anew when the catalog is opened again', async () => {
  expect(await rows('SELECT count(*) FROM events_json')).toEqual([[2]]);
  store.putEvents(eventKey('other', TODAY, 'o2.gz'), OTHER, OTHER);
  expect(await rows('SELECT count(*) FROM events_json')).toEqual([[4]]);
});

test('queries may be asked all at once', async () => {
  await open(eventsTable());
  const answers = await Promise.all([1, 2, 3].map(async n => query(`SELECT count(*) + ${n} FROM events_json`)));
  expect(answers.map(answer => answer.rows[0][0])).toEqual([3, 4, 5]);
});

test('an injected partition column needs a condition in each query', async () => {
  await open(eventsTable({ parameters: { 'projection.event_type.type': 'injected', 'projection.event_type.values': undefined } }));
  await expect(query('SELECT id FROM events_json')).rejects.toThrow('CONSTRAINT_VIOLATION');
  await expect(query('SELECT id FROM events_json WHERE event_type = \'login\' OR id = \'e2\'')).rejects.toThrow('CONSTRAINT_VIOLATION');
  expect((await query('SELECT id FROM events_json WHERE event_type = \'login\' AND id IS NOT NULL')).rows).toEqual([['e1']]);
  expect((await query('SELECT count(*) FROM events_json WHERE event_type IN (\'login\', \'other\')')).rows).toEqual([[2]]);
});

describe('a view', () => {
  const COLUMNS = { id: 'varchar', detail_type: 'varchar', resources: 'array(varchar)', n: 'bigint' };
  const SQL = 'SELECT id, detail_type, resources, cardinality(resources) AS n FROM events_json';

  test('runs its own SQL in its own schema', async () => {
    await open(eventsTable(), view('events', SQL, COLUMNS));
    expect((await engine.query(DATABASE, 'SELECT * FROM events ORDER BY id')).rows).toEqual([['e1', 'Login', ['a', 'b'], 2], ['e2', 'Logout', null, null]]);
    expect((await engine.query('elsewhere', 'SELECT * FROM "audit"."events"')).rows).toHaveLength(2);
  });

  test('may use another view, whatever their order in the template', async () => {
    await open(
      view('logins', 'SELECT id FROM events WHERE detail_type = \'Login\'', { id: 'varchar' }),
      view('events', `${SQL} UNION ALL ${SQL}`, COLUMNS),
      eventsTable(),
    );
    expect((await query('SELECT count(*) FROM logins')).rows).toEqual([[2]]);
  });

  test('may have columns of every safe type', async () => {
    const sql = 'SELECT true AS a, 1 AS b, CAST(1 AS bigint) AS c, 1e0 AS d, CAST(NULL AS array(varchar)) AS e, CAST(\'other\' AS varchar) AS f';
    await open(view('types', sql, { a: 'boolean', b: 'bigint', c: 'bigint', d: 'double', e: 'array(varchar)', f: 'varchar' }));
    expect((await query('SELECT * FROM types')).rows).toEqual([[true, 1, 1, 1, null, 'other']]);
  });

  test.each<[string, () => GlueResource, string]>([
    ['a column more', () => view('v', SQL, { ...COLUMNS, time: 'varchar' }), 'VIEW_IS_STALE: it declares (id varchar, detail_type varchar, resources array(varchar), n bigint, time varchar), but its SQL yields (id varchar, detail_type varchar, resources array(varchar), n bigint)'],
    ['another order', () => view('v', 'SELECT detail_type, id FROM events_json', { id: 'varchar', detail_type: 'varchar' }), 'VIEW_IS_STALE'],
    ['another name', () => view('v', 'SELECT id FROM events_json', { event_id: 'varchar' }), 'VIEW_IS_STALE'],
    ['another type', () => view('v', 'SELECT id FROM events_json', { id: 'bigint' }), 'VIEW_IS_STALE: it declares (id bigint), but its SQL yields (id varchar)'],
    ['other columns in Glue', () => view('v', 'SELECT id FROM events_json', { id: 'varchar' }, { hiveColumns: { id: 'bigint' } }), 'VIEW_IS_STALE: the view\'s columns are (id varchar), but Glue\'s are (id bigint)'],
    ['a column that the table lacks', () => view('v', 'SELECT nothing FROM events_json', { nothing: 'varchar' }), 'view audit.v: Binder Error: Referenced column "nothing" not found'],
    ['a table that is not there', () => view('v', 'SELECT id FROM events_parquet', { id: 'varchar' }), 'view audit.v: TABLE_NOT_FOUND: Table \'awsdatacatalog.audit.events_parquet\' does not exist'],
    ['itself', () => view('v', 'SELECT id FROM v', { id: 'varchar' }), 'TABLE_NOT_FOUND: Table \'awsdatacatalog.audit.v\' does not exist'],
    ['an owner', () => view('v', SQL, COLUMNS, { definition: { owner: 'me' } }), 'the simulator does not know the view definition field owner'],
    ['runAsInvoker, which Athena does not write', () => view('v', SQL, COLUMNS, { definition: { runAsInvoker: true } }), 'the simulator does not know the view definition field runAsInvoker'],
    ['the catalog in capitals', () => view('v', SQL, COLUMNS, { definition: { catalog: 'AwsDataCatalog' } }), 'the view\'s catalog is "AwsDataCatalog", not "awsdatacatalog"'],
    ['no presto_view', () => view('v', SQL, COLUMNS, { input: { Parameters: { comment: 'Presto View' } } }), 'a view has the parameter presto_view "true"'],
    ['a description', () => view('v', SQL, COLUMNS, { input: { Description: 'x' } }), 'a view has no Description'],
    ['no comment', () => view('v', SQL, COLUMNS, { input: { Parameters: { presto_view: 'true' } } }), 'a view has the parameter comment "Presto View"'],
    ['another expanded text', () => view('v', SQL, COLUMNS, { input: { ViewExpandedText: SQL } }), 'ViewExpandedText is "/* Presto View */" in a view'],
    ['plain text', () => view('v', SQL, COLUMNS, { input: { ViewOriginalText: SQL } }), 'ViewOriginalText is not of the form'],
    ['base64 of no JSON', () => view('v', SQL, COLUMNS, { input: { ViewOriginalText: '/* Presto View: aGVsbG8= */' } }), 'the view\'s base64 does not hold JSON'],
  ])('with %s is an error', async (_case, resource, message) => {
    await expect(open(eventsTable(), resource())).rejects.toThrow(message);
  });
});

describe('json_extract_scalar', () => {
  test.each<[string, string, unknown]>([
    ['a string', '$.s', 'x'], ['a number', '$.n', '1'], ['a boolean', '$.b', 'true'], ['null', '$.null', null], ['an object', '$.o', null],
    ['an array', '$.a', null], ['what is missing', '$.missing.deeper', null], ['a nested value', '$.o.k', 'v'], ['an element', '$.a[1].k', 'w'],
    ['a quoted key', '$["detail-type"]', 'Login'], ['a key with a dot', '$["a.b"]', 'dotted'], ['the whole', '$', null],
  ])('of %s', async (_case, path, expected) => {
    const json = '{"s":"x","n":1,"b":true,"null":null,"o":{"k":"v"},"a":[0,{"k":"w"}],"detail-type":"Login","a.b":"dotted"}';
    expect(await value(`json_extract_scalar('${json}', '${path}')`)).toBe(expected);
  });

  test('of text that is no JSON is null, row by row', async () => {
    expect(await rows('SELECT json_extract_scalar(detail, \'$.UserName\'), json_extract(detail, \'$.UserName\') FROM events_json ORDER BY id')).toEqual([['Ann', '"Ann"'], [null, null]]);
  });

  test.each(['$.detail-type', 'a', '$..a', '$.*', '$.', '$["a]'])('refuses the path %s', async path => {
    await expect(value(`json_extract_scalar('{}', '${path}')`)).rejects.toThrow(`INVALID_FUNCTION_ARGUMENT: Invalid JSON path: '${path}'`);
  });
});

test.each<[string, unknown]>([
  ['json_extract(\'{"a":{"b":[1, 2]}}\', \'$.a\')', '{"b":[1,2]}'],
  ['json_array_length(\'[1,2]\')', 2],
  ['json_array_length(\'{}\')', null],
  ['CAST(json_extract(\'["x"]\', \'$\') AS array(varchar))', ['x']],
  ['date_format(timestamp \'2026-01-02 03:04:05.678\', \'%Y-%m-%d %H:%i:%s.%f %T %e %c %W %M %%\')', '2026-01-02 03:04:05.678000 03:04:05 2 1 Friday January %'],
  ['date_parse(\'02/01/2026 03:04\', \'%d/%m/%Y %H:%i\')', '2026-01-02 03:04:00.000'],
  ['from_iso8601_timestamp(\'2026-01-02T05:04:05+02:00\')', '2026-01-02 03:04:05.000 UTC'],
  ['to_iso8601(from_unixtime(1767323045.678, \'UTC\'))', '2026-01-02T03:04:05.678Z'],
  ['to_iso8601(date \'2026-01-02\')', '2026-01-02'],
  ['date_trunc(\'month\', date \'2026-01-02\')', '2026-01-01'],
  ['date_diff(\'day\', timestamp \'2026-01-01 23:00:00\', timestamp \'2026-01-02 22:00:00\')', 0],
  ['date_add(\'day\', -1, date \'2026-01-01\')', '2025-12-31'],
  ['date \'2026-01-02\' - interval \'1\' day', '2026-01-01'],
  ['interval \'1\' month + date \'2026-01-02\'', '2026-02-02'],
  ['CAST(date \'2026-01-02\' - interval \'1\' day AS varchar)', '2026-01-01'],
  ['timestamp \'2026-01-02 00:00:00\' - interval \'1\' hour', '2026-01-01 23:00:00.000'],
  ['from_utf8(from_base64(\'w6nDqQ==\'))', 'éé'],
  ['from_utf8(from_base64(\'aGk\'))', 'hi'],
  ['try(from_utf8(from_base64(\'no base64\')))', null],
  ['try_cast(\'x\' AS double)', null],
  ['try_cast(NULL AS bigint)', null],
  ['regexp_extract(\'/error_date=2026-01-02/a/b/o.gz\', \'/error_date=[^/]+/(.+)/[^/]+$\', 1)', 'a/b'],
  ['CAST(json_extract(\'{"a":"x"}\', \'$.a\') AS varchar)', 'x'],
  ['try_cast(json_parse(\'{}\') AS varchar)', null],
  ['CAST(\'{"a":1}\' AS json)', '"{\\"a\\":1}"'],
  ['CAST(json_extract(\'[1,12345678901234567]\', \'$\') AS array(bigint))', [1, '12345678901234567']],
  ['CAST(from_iso8601_timestamp(\'2026-01-02T03:04:05Z\') AS varchar)', '2026-01-02 03:04:05.000 UTC'],
  ['try_cast(\'2026-01-02T03:04:05Z\' AS timestamp)', null],
  ['extract(dow FROM date \'2026-01-04\')', 7],
  ['date_format(date \'2026-01-02\', \'%q %Y\')', 'q 2026'],
  ['to_utf8(\'é\')', 'w6k='],
  ['CAST(\'NaN\' AS double)', 'NaN'],
  ['array_distinct(ARRAY[\'b\', NULL, \'a\', \'b\', NULL])', ['b', null, 'a']],
  ['contains(ARRAY[\'a\', NULL], \'b\')', null],
  ['split_part(\'a,b\', \',\', 3)', null],
  ['substr(\'abc\', 0)', ''],
  ['ARRAY[\'a\', \'b\'][2]', 'b'],
  ['regexp_extract(\'abc\', \'x\')', null],
  ['regexp_extract(\'abc\', \'b\')', 'b'],
  ['regexp_like(\'abc\', \'^a\')', true],
  ['regexp_replace(\'a1b2\', \'(\\d)\', \'<$1>\')', 'a<1>b<2>'],
  ['concat(\'a\', NULL)', null],
  ['concat(\'a\', \'b\', \'c\')', 'abc'],
  ['cardinality(ARRAY[\'a\', \'b\'])', 2],
  ['element_at(ARRAY[\'a\'], 1)', 'a'],
  ['element_at(ARRAY[\'a\'], 2)', null],
  ['array_join(ARRAY[\'a\', NULL, \'b\'], \', \')', 'a, b'],
  ['contains(ARRAY[\'a\'], \'a\')', true],
  ['coalesce(NULL, nullif(\'a\', \'a\'), \'b\')', 'b'],
  ['if(1 = 1, \'yes\', \'no\')', 'yes'],
  ['7 / 2', 3],
  ['12345678901234567', '12345678901234567'],
  ['\'it\'\'s; -- no comment :: /* x */\'', 'it\'s; -- no comment :: /* x */'],
])('%s', async (expression, expected) => expect(await value(expression)).toEqual(expected));

test('aggregates with Trino\'s names', async () => {
  const sql = 'SELECT approx_distinct(id), count_if(detail_type = \'Login\'), arbitrary(source), max_by(id, detail_type), min_by(id, detail_type), count(*) FILTER (WHERE id = \'e1\'), array_agg(id ORDER BY id DESC) FROM events_json';
  expect(await rows(sql)).toEqual([[2, 1, 'app', 'e2', 'e1', 1, ['e2', 'e1']]]);
});

test('UNNEST, WITH, window functions, comments and nulls last', async () => {
  const sql = `-- Who came, and how often
WITH all_rows AS (SELECT id, r, row_number() OVER (PARTITION BY id ORDER BY r DESC) AS k FROM events_json CROSS JOIN UNNEST(resources) AS t(r))
SELECT e.id, a.r /* the last */ FROM events_json e LEFT JOIN all_rows a ON a.id = e.id AND a.k = 1 ORDER BY a.r DESC, 1`;
  expect(await rows(sql)).toEqual([['e1', 'b'], ['e2', null]]);
});

test('today is UTC\'s, whatever the machine\'s time zone', async () => {
  const zone = process.env.TZ;
  for (const TZ of ['Pacific/Kiritimati', 'Pacific/Pago_Pago']) {
    process.env.TZ = TZ;
    await open();
    const before = new Date();
    const { rows: [[today, now, formatted]] } = await query('SELECT current_date, current_timestamp, date_format(current_date - interval \'1\' day, \'%Y-%m-%d\')');
    expect(today).toBe(before.toISOString().slice(0, 10));
    expect(Math.abs(Date.parse(String(now).replace(' UTC', 'Z')) - before.getTime())).toBeLessThan(60_000);
    expect(formatted).toBe(new Date(before.getTime() - 86_400_000).toISOString().slice(0, 10));
  }
  if (zone === undefined) delete process.env.TZ;
  else process.env.TZ = zone;
});

test.each<[string, string, string]>([
  ['a trailing semicolon', 'SELECT 1;', 'SYNTAX_ERROR: mismatched input \';\''],
  ['DuckDB\'s casts', 'SELECT 1::varchar', 'SYNTAX_ERROR: mismatched input \'::\''],
  ['a test for null without IS', 'SELECT id FROM events_json WHERE id NOT NULL', 'SYNTAX_ERROR: mismatched input \'NOT NULL\''],
  ['an interval without its unit', 'SELECT current_date - interval \'1\'', 'SYNTAX_ERROR: mismatched input \'interval'],
  ['nothing', '-- no statement', 'SYNTAX_ERROR: there is no statement'],
  ['a comparison of varchar with date', 'SELECT id FROM events_json WHERE receipt_date >= current_date', 'Cannot compare values of type VARCHAR and type DATE'],
  ['an alias in GROUP BY', 'SELECT source AS s, count(*) FROM events_json GROUP BY s', 'COLUMN_NOT_FOUND: Column \'s\' cannot be resolved'],
  ['an alias in WHERE', 'SELECT upper(id) AS u FROM events_json WHERE u = \'E1\'', 'COLUMN_NOT_FOUND: Column \'u\' cannot be resolved'],
  ['an alias in HAVING', 'SELECT source, count(*) AS n FROM events_json GROUP BY 1 HAVING n > 1', 'COLUMN_NOT_FOUND: Column \'n\' cannot be resolved'],
  ['an alias beside it', 'SELECT id AS x, x || \'!\' FROM events_json', 'COLUMN_NOT_FOUND: Column \'x\' cannot be resolved'],
  ['an unknown column', 'SELECT nothing FROM events_json', 'Referenced column "nothing" not found'],
  ['an unknown table', 'SELECT 1 FROM nothing', 'TABLE_NOT_FOUND: Table \'awsdatacatalog.audit.nothing\' does not exist'],
  ['another catalog', 'SELECT 1 FROM hive.audit.events_json', 'CATALOG_NOT_FOUND: Catalog \'hive\' not found'],
  ['a function of DuckDB', 'SELECT list_value(1)', 'FUNCTION_NOT_FOUND: Function \'list_value\' not registered in Athena'],
  ['a file', 'SELECT * FROM read_csv(\'/etc/passwd\')', 'FUNCTION_NOT_FOUND: Function \'read_csv\' not registered in Athena'],
  ['ILIKE', 'SELECT \'a\' ILIKE \'A\'', 'FUNCTION_NOT_FOUND: Function \'~~*\' not registered in Athena'],
  ['GROUP BY ALL', 'SELECT id, count(*) FROM events_json GROUP BY ALL', 'SYNTAX_ERROR: Athena has no GROUP BY ALL'],
  ['QUALIFY', 'SELECT id FROM events_json QUALIFY row_number() OVER () = 1', 'SYNTAX_ERROR: Athena has no QUALIFY'],
  ['a star with EXCLUDE', 'SELECT * EXCLUDE (id) FROM events_json', 'SYNTAX_ERROR: Athena has no star with EXCLUDE'],
  ['DISTINCT ON', 'SELECT DISTINCT ON (id) id FROM events_json', 'SYNTAX_ERROR: Athena has no DISTINCT ON'],
  ['SHOW', 'SHOW TABLES', 'SYNTAX_ERROR: Athena has no show_ref'],
  ['a statement that changes something', 'DROP TABLE events_json', 'SYNTAX_ERROR: Only SELECT statements'],
  ['bad syntax', 'SELECT FROM WHERE', 'SYNTAX_ERROR: syntax error at or near'],
  ['a date pattern that Trino lacks', 'SELECT date_format(current_date, \'%D\')', 'INVALID_FUNCTION_ARGUMENT: the date pattern \'%D\' has %D'],
  ['a cast of ISO 8601', 'SELECT CAST(\'2026-01-02T03:04:05Z\' AS timestamp)', 'INVALID_CAST_ARGUMENT: Value cannot be cast to timestamp: 2026-01-02T03:04:05Z'],
  ['a cast of an object to text', 'SELECT CAST(json_parse(\'{"a":1}\') AS varchar)', 'INVALID_CAST_ARGUMENT: Cannot cast {"a":1} to varchar'],
  ['an element that an array does not have', 'SELECT resources[9] FROM events_json', 'INVALID_FUNCTION_ARGUMENT: Array subscript must be less than or equal to array length: 9 > 2'],
  ['an element before the first', 'SELECT ARRAY[\'a\'][0]', 'INVALID_FUNCTION_ARGUMENT: SQL array indices start at 1'],
  ['a time zone', 'SELECT now() AT TIME ZONE \'Asia/Tokyo\'', 'the simulator knows no time zone but UTC'],
])('%s is refused', async (_case, sql, message) => {
  await open(eventsTable());
  await expect(query(sql)).rejects.toThrow(message);
});

test('an alias that is a column too means the column', async () => {
  expect(await rows('SELECT lower(detail_type) AS detail_type FROM events_json WHERE detail_type = \'Login\' ORDER BY detail_type')).toEqual([['login']]);
});

test('an engine that is not open says so', async () => {
  await expect(new DuckDbQueryEngine().query(DATABASE, 'SELECT 1')).rejects.toThrow('the query engine is not open');
});
