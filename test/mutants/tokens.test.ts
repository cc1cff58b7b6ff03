import { tokenAlterations } from './tokens';

const STREAM = 'AWS::KinesisFirehose::DeliveryStream';
const TABLE = 'AWS::Glue::Table';

test.each<[string, string, string, string]>([
  ['jq', STREAM, 'P.ParameterValue', '{a:."b c"//"d"}'],
  ['SQL', 'AWS::Athena::NamedQuery', 'Properties.QueryString', "SELECT 'x y' -- note"],
  ['a prefix', STREAM, 'P.ErrorOutputPrefix', 'errors/d=!{timestamp:yyyy}/'],
  ['a list', TABLE, 'P.projection.event_type.values', 'aa,bb'],
  ['an input template', 'AWS::Events::Rule', 'P.InputTemplate', '{"who":<f1>}'],
])('%s is divided into tokens that make it up again', (_name, type, place, text) => {
  const alterations = tokenAlterations(text, type, place);
  expect(alterations.length).toBeGreaterThan(3);
  expect(alterations.map(({ text: altered }) => altered)).not.toContain(text);
});

test('each token is deleted and altered, and some are taken for another', () => {
  expect(tokenAlterations('a >= 1 -- why', 'AWS::Athena::NamedQuery', 'Properties.QueryString')).toEqual([
    { kind: 'token 0 a delete', text: ' >= 1 -- why' },
    { kind: 'token 0 a alter', text: 'b >= 1 -- why' },
    { kind: 'token 2 >= delete', text: 'a  1 -- why' },
    { kind: 'token 2 >= alter', text: 'a >x 1 -- why' },
    { kind: 'token 2 >= swap >', text: 'a > 1 -- why' },
    { kind: 'token 4 1 delete', text: 'a >=  -- why' },
    { kind: 'token 4 1 +1', text: 'a >= 2 -- why' },
    { kind: 'token 6 -- why delete', text: 'a >= 1 ' },
    { kind: 'token 6 -- why alter', text: 'a >= 1 -- wiy' },
  ]);
});

test('a text without a grammar has no tokens', () => {
  expect(tokenAlterations('a/b', 'AWS::S3::Bucket', 'Properties.LoggingConfiguration.LogFilePrefix')).toEqual([]);
});
