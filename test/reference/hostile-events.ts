// Events whose text is what a reader of JSON stumbles over. Those of the examples are what an event can mean; these are how it can be
// spelled.

import type { EventToSend } from '../simulator/demo/events-file';

/** What stands for `detail`, and with it in the envelope, as JSON text. */
const DETAILS: readonly string[] = [
  // Numbers
  '{"n":1.10,"m":-0,"k":-0.0,"z":0.000001,"y":1e2,"x":1E+2,"w":1e-7,"v":100000000000000000000,"u":9007199254740993,"t":123456789.123456789012345}',
  '{"n":1e400,"m":-1e400,"k":1e-400,"z":18446744073709551616,"y":9223372036854775807,"x":-9223372036854775808,"w":2147483648}',
  // Keys
  '{"UserName":"a","userName":"b","username":"c"}',
  '{"a":1,"a":2}',
  '{"":"empty","a.b":"dot","a b":"space","a\\"b":"quote","$":"dollar","__proto__":{"x":1},"constructor":"c"}',
  '{"b":1,"a":2,"10":3,"9":4}',
  // Text
  '{"s":"\\u0001\\u001f\\u007f\\u0080\\u2028\\u2029\\ufeff","t":"\\b\\f\\n\\r\\t\\/\\\\\\"","u":"\\ud83d\\ude00é\\u00e9"}',
  '{"s":"line\\nbreak","t":"{\\"json\\":\\"in text\\"}","u":"\'; DROP TABLE events; --","v":"null","w":""}',
  '"only text"', '"null"', '""', '"{\\"eventName\\":\\"text that is JSON\\"}"', '"  spaces  "',
  // Shapes
  'null', 'true', '12.50', '1e3', '[]', '{}', '[1,"two",null,{"three":3}]', '[[],[[]],{}]', '{"a":null,"b":[null],"c":{"d":null}}',
  ' { "spaces" : [ 1 , 2 ] , "more" : { } } ',
];

/** What else an envelope can have. */
const ENVELOPES: readonly string[] = [
  '"resources":null', '"resources":"arn:one"', '"resources":""', '"resources":[]', '"resources":[""]', '"resources":[null,"a",1,true,{"b":1},["c"]]',
  '"resources":{"a":1}', '"resources":7', '"replay-name":"once more"', '"replay_name":"not the key"', '"replay-name":null', '"Replay-Name":"case"',
  '"region":""', '"region":null', '"time":"2026-11-19T12:00:00+01:00"', '"version":0', '"account":123456789012', '"account":null',
  '"detail_type":"not the key"', '"Source":"case"', '"extra":{"deep":[1]}', '"event_type":"in the data","receipt_date":"1999-01-01"',
];

/** The events, on the default bus. */
export function hostileEvents(): EventToSend[] {
  return [...DETAILS.map(detail => eventOf(`"detail":${detail}`)), ...ENVELOPES.map(fields => eventOf(`"detail":{},${fields}`))];
}

let last = 0;

function eventOf(fields: string): EventToSend {
  const id = `hostile-${String(++last).padStart(4, '0')}`;
  const text = `{"version":"0","id":"${id}","detail-type":"Odd","source":"aws.ssm","account":"123456789012","time":"2026-11-19T12:00:00Z",` +
    `"region":"us-east-1","resources":["arn:aws:s3:::b"],${fields}}`;
  return { event: JSON.parse(text), text };
}
