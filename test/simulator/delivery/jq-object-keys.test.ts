import { jqObjectKeys } from './jq-object-keys';

test.each<[string, string[]]>([
  ['{a:.x}', ['a']],
  [' { a : .x , "b c" : (.y // "other") } ', ['a', 'b c']],
  ['{event_type:(({"A, B":"a","C":"c"})[(."detail-type" // "") | tostring] // "other"),region:(.region)}', ['event_type', 'region']],
  ['{a:"\\(.x | {b:"}"})",c:(if . then "," else "\\"" end)}', ['a', 'c']],
  ['{a:[1,2],b:{c:1}}', ['a', 'b']],
])('%s yields %j', (query, keys) => {
  expect(jqObjectKeys(query)).toEqual(keys);
});

test.each<[string, string]>([
  ['.a', 'must be one object construction'],
  ['{a:1} | {b:2}', 'must be one object construction'],
  ['{a:1}, {b:2}', 'must be one object construction'],
  ['{a:(1}', 'is not closed'],
  ['{a:"1}', 'a string is not closed'],
  ['{(.x):1}', 'cannot tell the key'],
  ['{a}', 'cannot tell the key'],
  ['{a:1,}', 'cannot tell the key'],
  ['{a:1,a:2}', 'the key a is there twice'],
  ['{a:1 # b\n}', 'a comment'],
])('%s is refused', (query, message) => {
  expect(() => jqObjectKeys(query)).toThrow(message);
});
