import { InputTransformer, InputTransformerProps } from './input-transformer';

const CONTEXT = { ruleArn: 'arn:aws:events:us-east-1:123456789012:rule/r', ruleName: 'r', ingestionTime: new Date('2026-11-20T10:00:00.123Z') };

const EVENT = {
  'version': '0',
  'id': 'e-1',
  'detail-type': 'update',
  'source': 'my.source',
  'account': '123456789012',
  'time': '2026-11-20T09:59:59Z',
  'region': 'us-east-1',
  'resources': ['a', 'b'],
  'detail': {
    'id': '0a787ecb-4015',
    'payload': { acc_id: '0a787ecb-4015', sf_id: 'baz' },
    'one': ['HIGH'],
    'two': ['ACTIVE', 'INACTIVE'],
    'valid': true,
    'count': 3,
    'nothing': null,
    'quote': 'say "hi"\n',
    'with-dash': { under_score: [{ deep: 1 }] },
  },
};

const PATHS = {
  userId: '$.detail.id',
  payload: '$.detail.payload',
  missing: '$.detail.awsAccountId',
  one: '$.detail.one',
  two: '$.detail.two',
  valid: '$.detail.valid',
  count: '$.detail.count',
  nothing: '$.detail.nothing',
  quote: '$.detail.quote',
  deep: '$.detail.with-dash.under_score[0].deep',
  whole: '$',
};

function render(template: string, event: object | string = EVENT, paths: InputTransformerProps['paths'] = PATHS): string {
  return new InputTransformer({ template, paths }).render(event as typeof EVENT, CONTEXT);
}

describe('as LocalStack recorded it of AWS:', () => {
  test.each<[string, string]>([
    ['{"method": "PUT", "path": "users/<userId>", "bod": <payload>}', '{"method":"PUT","path":"users/0a787ecb-4015","bod":{"acc_id":"0a787ecb-4015","sf_id":"baz"}}'],
    ['"Payload of <payload> with path users/<userId> and <userId>"', '"Payload of {acc_id:0a787ecb-4015,sf_id:baz} with path users/0a787ecb-4015 and 0a787ecb-4015"'],
    ['{"id" : <userId>}', '{"id":"0a787ecb-4015"}'],
    ['{"id" : "<userId>"}', '{"id":"0a787ecb-4015"}'],
    ['{"bod": [<userId>, "hardcoded"]}', '{"bod":["0a787ecb-4015","hardcoded"]}'],
    ['{"nested": {"level1": {"level2": "users/<userId>"} } }', '{"nested":{"level1":{"level2":"users/0a787ecb-4015"}}}'],
    ['"<one> single list item"', '"[HIGH] single list item"'],
    ['"<two> multiple list items"', '"[ACTIVE,INACTIVE] multiple list items"'],
    ['{"one": <one>}', '{"one":["HIGH"]}'],
    ['"<one> first line"\n"<userId> second line"', '"[HIGH] first line"\n"0a787ecb-4015 second line"'],
    ['"Command is <valid>!"', '"Command is true!"'],
    ['{"command": <missing>}', '{"command":""}'],
    ['"extracted from detail <missing>"', '"extracted from detail "'],
    ['"{[/Check with special starting characters for <userId>"', '"{[/Check with special starting characters for 0a787ecb-4015"'],
    ['"all <aws.events.rule-arn> <aws.events.rule-name> <aws.events.event.ingestion-time>"',
      '"all arn:aws:events:us-east-1:123456789012:rule/r r 2026-11-20T10:00:00Z"'],
  ])('%s', (template, expected) => {
    expect(render(template)).toBe(expected);
  });

  test('<aws.events.event.json> is the event, <aws.events.event> has no detail and another name for its type', () => {
    const { 'detail': _detail, 'detail-type': detailType, ...envelope } = EVENT;
    expect(JSON.parse(render('{"a":<aws.events.event.json>,"b":<aws.events.event>}'))).toEqual({ a: EVENT, b: { ...envelope, detailType } });
  });

  test('<aws.events.event> has nothing that the event lacks', () => {
    expect(render('{"b":<aws.events.event>}', { id: 'e-1', source: 'my.source' })).toBe('{"b":{"id":"e-1","source":"my.source"}}');
  });

  test.each(['{"one": "<one>"}', '{"payload": "<payload>"}'])('%s is no JSON, and such an event does not reach the target', template => {
    const transformer = new InputTransformer({ template, paths: PATHS });
    expect(transformer.fails(transformer.render(EVENT, CONTEXT))).toBe(true);
  });

  test('a string is taken whatever becomes of it', () => {
    const transformer = new InputTransformer({ template: '"<quote>"', paths: PATHS });
    expect(transformer.fails(transformer.render(EVENT, CONTEXT))).toBe(false);
  });
});

describe('a placeholder', () => {
  test.each<[string, string]>([
    ['{"v":<quote>}', '{"v":"say \\"hi\\"\\n"}'],
    ['{"v":<count>}', '{"v":3}'],
    ['{"v":<nothing>}', '{"v":null}'],
    ['{"v":<deep>}', '{"v":1}'],
    ['{"v":"<count> <valid>"}', '{"v":"3 true"}'],
    ['{"v":<aws.events.rule-name>}', '{"v":"r"}'],
    ['{"v":"a \\"<userId>\\" b"}', '{"v":"a \\"0a787ecb-4015\\" b"}'],
    ['<userId>', '"0a787ecb-4015"'],
    ['{"v":"keeps  its   spaces"}', '{"v":"keeps  its   spaces"}'],
  ])('as a value is JSON, in quotes its text: %s', (template, expected) => {
    expect(render(template)).toBe(expected);
  });

  test('in quotes is not escaped, so a quotation mark or a new line breaks the JSON', () => {
    expect(render('{"user": "<quote>"}')).toBe('{"user": "say "hi"\n"}');
  });

  test('of the event\'s text keeps the digits and the order of its keys', () => {
    expect(render('{"v":<whole>}', '{"b":12345678901234567890,"2":1.10,"1":1}')).toBe('{"v":{"b":12345678901234567890,"2":1.10,"1":1}}');
  });
});

test.each<[string, string, InputTransformerProps['paths'], string]>([
  ['a placeholder that is not declared', '{"a":<notdefinedkey>}', {}, 'InputTemplate: contains invalid placeholder notdefinedkey'],
  ['a predefined placeholder that is not known', '{"a":<aws.events.target-arn>}', {}, 'InputTemplate: contains invalid placeholder aws.events.target-arn'],
  ['a < that begins no placeholder', '"a < b"', {}, 'InputTemplate: a < that begins no placeholder; what EventBridge makes of it is not known'],
  ['a placeholder as a key', '{"<id>":1}', { id: '$.id' }, 'InputTemplate: the placeholder <id> stands as a key; EventBridge takes it as a value only'],
  ['text without quotes', 'user <id> left', { id: '$.id' },
    'InputTemplate: neither JSON with its placeholders filled nor a string in quotes; EventBridge takes no other'],
  ['no text', '', {}, 'InputTemplate: 0 bytes; EventBridge takes 1 to 8192'],
  ['a text over 8,192 bytes', `"${'é'.repeat(4096)}"`, {}, 'InputTemplate: 8194 bytes; EventBridge takes 1 to 8192'],
  ['more than 100 paths', '{}', Object.fromEntries(Array.from({ length: 101 }, (_, index) => [`p${index}`, '$'])), 'InputPathsMap: 101 paths; EventBridge takes 100'],
  ['a reserved name', '{}', { 'AWS.x': '$' }, 'InputPathsMap: the name "AWS.x" is not one that EventBridge takes'],
  ['a name over 256 characters', '{}', { ['n'.repeat(257)]: '$' }, `InputPathsMap: the name "${'n'.repeat(257)}" is not one that EventBridge takes`],
  ['a name with a space', '{}', { 'a b': '$' }, 'InputPathsMap: the name "a b" is not one that EventBridge takes'],
  ['a wildcard', '{}', { a: '$.resources[*]' }, 'InputPathsMap.a: the simulator does not know the path "$.resources[*]"; it knows $, .key and [index]'],
  ['a path in brackets', '{}', { a: '$["detail"]' }, 'InputPathsMap.a: the simulator does not know the path "$[\\"detail\\"]"; it knows $, .key and [index]'],
  ['a path that does not begin with $', '{}', { a: 'detail' }, 'InputPathsMap.a: the simulator does not know the path "detail"; it knows $, .key and [index]'],
  ['a path over 256 characters', '{}', { a: `$.${'x'.repeat(255)}` }, 'InputPathsMap.a: the path has 257 characters; EventBridge takes 256'],
])('%s is refused', (_case, template, paths, message) => {
  expect(() => new InputTransformer({ template, paths })).toThrow(new Error(message));
});

test('the limits themselves are taken', () => {
  expect(() => new InputTransformer({
    template: `"${'x'.repeat(8190)}"`,
    paths: { ['n'.repeat(256)]: '$', ...Object.fromEntries(Array.from({ length: 99 }, (_, index) => [`p${index}`, '$'])) },
  })).not.toThrow();
});
