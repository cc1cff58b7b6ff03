/**
 * What AWS made of input transformers and input paths, as the tests of LocalStack recorded it of AWS itself between May 2024 and October
 * 2025: facts, in a form of our own. Only a JSON text's value was recorded, not its white space.
 * @see https://github.com/localstack/localstack/blob/main/tests/aws/services/events/test_events_inputs.snapshot.json
 */

import type { Json, JsonObject } from '../engines';

/** An input transformer, as a target declares it. */
interface Transformer {
  readonly InputTemplate: string;
  readonly InputPathsMap: { readonly [name: string]: string };
}

/** An input, and what a queue got. */
export interface InputRecording {
  readonly input: { readonly InputPath: string } | { readonly InputTransformer: Transformer };
  readonly detail: JsonObject;
  /** The text, or the JSON that it was; absent where the queue got nothing. */
  readonly got?: { readonly text: string } | { readonly json: Json };
}

export const DETAIL_TYPE = 'core.update-account-command';

const PAYLOAD = { acc_id: '0a787ecb-4015', sf_id: 'baz' };
const DETAIL = { command: 'update-account', payload: PAYLOAD };
const SPECIAL_DETAIL = { ...DETAIL, listsingle: ['HIGH'], listmulti: ['ACTIVE', 'INACTIVE'], valid: true };
const NESTED_DETAIL = { command: 'update-account', payload: { acc_id: '0a787ecb-4015', payload: { message: 'baz', id: '123' } } };

const PATHS = { 'detail-type': '$.detail-type', 'command': '$.detail.command' };
const SPECIAL_PATHS = {
  userId: '$.detail.payload.acc_id',
  payload: '$.detail.payload',
  systemstring: '$.detail.awsAccountId',
  listsingle: '$.detail.listsingle',
  listmulti: '$.detail.listmulti',
  valid: '$.detail.valid',
};

function template(InputTemplate: string, got: InputRecording['got'], InputPathsMap: Transformer['InputPathsMap'] = SPECIAL_PATHS): InputRecording {
  return { input: { InputTransformer: { InputTemplate, InputPathsMap } }, detail: SPECIAL_DETAIL, got };
}

/** All of them but those with a time, a rule or a refusal in them. */
export const RECORDINGS: readonly InputRecording[] = [
  { input: { InputPath: '$.detail' }, detail: DETAIL, got: { json: DETAIL } },
  { input: { InputPath: '$.detail.payload' }, detail: DETAIL, got: { json: PAYLOAD } },
  { input: { InputPath: '$.detail.payload' }, detail: NESTED_DETAIL, got: { json: NESTED_DETAIL.payload } },
  { input: { InputPath: '$.detail.payload.sf_id' }, detail: DETAIL, got: { text: '"baz"' } },
  template('"Event of <detail-type> type, info extracted from detail <command>"',
    { text: '"Event of core.update-account-command type, info extracted from detail update-account"' }, PATHS),
  template('"Event of <detail-type> type, info extracted from detail <command>"',
    { text: '"Event of core.update-account-command type, info extracted from detail "' }, { ...PATHS, command: '$.detail.notinmessage' }),
  template('"{[/Check with special starting characters for event of <detail-type> type"',
    { text: '"{[/Check with special starting characters for event of core.update-account-command type"' }, PATHS),
  template('{"detailType": <detail-type>,  "command": <command>}', { json: { detailType: DETAIL_TYPE, command: 'update-account' } }, PATHS),
  template('{"detailType": <detail-type>,  "command": <command>}',
    { json: { detailType: DETAIL_TYPE, command: '' } }, { ...PATHS, command: '$.detail.notinmessage' }),
  template('{"method": "PUT", "path": "users-service/users/<userId>", "bod": <payload>}',
    { json: { method: 'PUT', path: 'users-service/users/0a787ecb-4015', bod: PAYLOAD } }),
  template('"Payload of <payload> with path users-service/users/<userId> and <userId>"',
    { text: '"Payload of {acc_id:0a787ecb-4015,sf_id:baz} with path users-service/users/0a787ecb-4015 and 0a787ecb-4015"' }),
  template('{"id" : <userId>}', { json: { id: '0a787ecb-4015' } }),
  template('{"id" : "<userId>"}', { json: { id: '0a787ecb-4015' } }),
  template('{"method": "PUT", "path": "users-service/users/<userId>", "id": <userId>, "body": <payload>}',
    { json: { method: 'PUT', path: 'users-service/users/0a787ecb-4015', id: '0a787ecb-4015', body: PAYLOAD } }),
  template('{"method": "PUT", "path": "users-service/users/<userId>", "bod": [<userId>, "hardcoded"]}',
    { json: { method: 'PUT', path: 'users-service/users/0a787ecb-4015', bod: ['0a787ecb-4015', 'hardcoded'] } }),
  template('{"method": "PUT", "nested": {"level1": {"level2": {"level3": "users-service/users/<userId>"} } }, "bod": "<userId>"}',
    { json: { method: 'PUT', nested: { level1: { level2: { level3: 'users-service/users/0a787ecb-4015' } } }, bod: '0a787ecb-4015' } }),
  template('"<listsingle> single list item"', { text: '"[HIGH] single list item"' }),
  template('"<listmulti> multiple list items"', { text: '"[ACTIVE,INACTIVE] multiple list items"' }),
  template('{"singlelistitem": <listsingle>}', { json: { singlelistitem: ['HIGH'] } }),
  template('"<listsingle> single list item <listmulti> multiple list items <systemstring> system account id <payload> payload <userId> user id"',
    { text: '"[HIGH] single list item [ACTIVE,INACTIVE] multiple list items  system account id {acc_id:0a787ecb-4015,sf_id:baz} payload 0a787ecb-4015 user id"' }),
  template('"<listsingle> single list item"\n"<listmulti> multiple list items"\n"<systemstring> system account id"\n"<payload> payload"\n"<userId> user id"',
    { text: '"[HIGH] single list item"\n"[ACTIVE,INACTIVE] multiple list items"\n" system account id"\n"{acc_id:0a787ecb-4015,sf_id:baz} payload"\n"0a787ecb-4015 user id"' }),
  template('{"multi_replacement": "users/<userId>/second/<userId>"}', { json: { multi_replacement: 'users/0a787ecb-4015/second/0a787ecb-4015' } }),
  template('"Command is <valid>!"', { text: '"Command is true!"' }),
  template('{"not_valid": "users-service/users/<payload>", "bod": <payload>}', undefined),
  template('{"payload": "<payload>"}', undefined),
  template('{"singlelistitem": "<listsingle>"}', undefined),
];
