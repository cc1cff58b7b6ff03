import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { App, Stack } from 'aws-cdk-lib';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { emptyFolder, readEvents, readOptions, readTemplate } from './demo-input';
import { InputError } from './events-file';
import { EventAuditArchive } from '../../../src';
import { addApiDestination, fanOutTarget } from '../samples/sample-fan-out';
import { destination, sampleEvent, sampleTemplate, Template } from '../samples/sample-template';

type Change = (template: Template) => void;

const ROOT = path.resolve(__dirname, '..', '..', '..');

let folder: string;

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(tmpdir(), 'demo-test-'));
});

afterEach(() => fs.rmSync(folder, { recursive: true }));

function demo(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', path.join(__dirname, '..', 'demo.ts'), ...args], { cwd: ROOT, encoding: 'utf8' });
  return { status, stdout, stderr };
}

function write(name: string, content: string | object): string {
  const file = path.join(folder, name);
  fs.writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

test('a template and events give a report, and with --json the counts as the last line', () => {
  const template = write('Stack.template.json', sampleTemplate());
  const events = write('events.jsonl', [sampleEvent(1), sampleEvent(2, { 'detail-type': 'odd' }), { ...sampleEvent(3), source: 7 }].map(event => JSON.stringify(event)).join('\n'));
  const { status, stdout, stderr } = demo('--template', template, '--events', events, '--json', '--out', path.join(folder, 'objects'));
  const day = new Date().toISOString().slice(0, 10);
  expect(JSON.parse(stdout)).toEqual({
    sent: 3,
    unmatched: 1,
    matched: 2,
    // The sample has no table.
    asked: { events: [], errors: [] },
    failed: 0,
    deadLettered: 0,
    lost: 0,
    objects: 2,
    bytes: expect.any(Number),
    fanOut: {},
    queries: { 'Latest events': { rows: 1 } },
    faults: [],
    notes: [],
    partitions: { [`event_type=login/receipt_date=${day}`]: 1, [`event_type=other/receipt_date=${day}`]: 1 },
  });
  expect(stdout.trimEnd()).not.toContain('\n');
  expect(stderr).toMatch(/Sending 3 events \.\.\.[^]*\n {2}archived +2 [^]*\nLatest events \(audit\)\n/);
  expect(status).toBe(0);
  expect(fs.readdirSync(path.join(folder, 'objects'))).toHaveLength(1);
});

test('fan-out is shown with a request as it was received, and counted', () => {
  const template = write('Stack.template.json', sampleTemplate(addApiDestination));
  const { status, stdout } = demo('--template', template, '--events', write('events.jsonl', sampleEvent(1)));
  expect(stdout).toMatch(/\nFan-out\n {2}Destination {2}1 {2}delivered {2}in {2}1 {2}request {2}0 {2}dead-lettered\n\n {2}The first request to Destination, as received:\n/);
  expect(stdout).toContain('\n    POST https://api.example.com:8443/v1/events?a=b\n');
  expect(stdout).toContain('\n    x-api-key: key of Secret\n');
  expect(status).toBe(0);

  const { stdout: json } = demo('--template', template, '--events', write('events.jsonl', sampleEvent(1)), '--json');
  expect(JSON.parse(json)).toMatchObject({ objects: 1, fanOut: { Destination: { delivered: 1, deadLettered: 0, lost: 0, requests: 1 } } });

  const lossy = write('Lossy.template.json', sampleTemplate(t => {
    addApiDestination(t);
    delete fanOutTarget(t).DeadLetterConfig;
    t.Resources.InvokePolicy.Properties.Roles = [];
  }));
  const lost = demo('--template', lossy, '--events', write('events.jsonl', sampleEvent(1)));
  expect(lost.stdout).toContain('1  LOST: kept nowhere');
  expect(lost.stdout).toContain('Unaccounted for: 1\n  "1" of FanOutRule: lost, NO_PERMISSIONS');
  expect(lost.status).toBe(1);
});

test.each([['with the assembly beside it', true], ['by itself', false]])('a stack for an account and a Region is run there, %s', (_name, assembly) => {
  const app = new App({ outdir: path.join(folder, 'cdk.out') });
  const stack = new Stack(app, 'Env', { env: { account: '111122223333', region: 'eu-west-1' } });
  new EventAuditArchive(stack, 'Audit', {
    eventBus: EventBus.fromEventBusArn(stack, 'Bus', 'arn:aws:events:eu-west-1:111122223333:event-bus/orders'),
  });
  app.synth();
  if (!assembly) fs.rmSync(path.join(folder, 'cdk.out', 'manifest.json'));
  const events = write('events.jsonl', '{"__bus":"orders","source":"orders","id":"1","detail":{}}');
  const { status, stdout } = demo('--template', path.join(folder, 'cdk.out', 'Env.template.json'), '--events', events, '--json');
  expect(JSON.parse(stdout)).toMatchObject({ matched: 1, asked: { events: [expect.stringMatching(/\.events$/)] }, archived: 1, queries: { 'Latest events': { rows: 1 } } });
  expect(status).toBe(0);
});

describe('with the template that the stack has now', () => {
  const withKey: Change = ({ Resources }) => {
    const all = { Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::123456789012:root' }, Action: 'kms:*', Resource: '*' };
    Resources.Key = { Type: 'AWS::KMS::Key', Properties: { KeyPolicy: { Version: '2012-10-17', Statement: [all] } } };
    Resources.Stream.Properties.DeliveryStreamEncryptionConfigurationInput = { KeyType: 'CUSTOMER_MANAGED_CMK', KeyARN: { 'Fn::GetAtt': ['Key', 'Arn'] } };
    Resources.RulesPolicy.Properties.PolicyDocument.Statement.push({ Effect: 'Allow', Action: ['kms:Decrypt', 'kms:GenerateDataKey'], Resource: { 'Fn::GetAtt': ['Key', 'Arn'] } });
  };

  test('what becomes of events on the way is told, and an event that is dead-lettered there is exit status 1', () => {
    const [before, after] = [write('Old.template.json', sampleTemplate()), write('New.template.json', sampleTemplate(withKey))];
    const events = write('events.jsonl', sampleEvent(1));
    const { status, stdout } = demo('--template', after, '--before', before, '--events', events);
    expect(stdout).toMatch(/\nUpdate\n {2}1 created, 2 updated\n\nEvents on the way\n {2}1 event at each of \d+ moments, in the order that is worst for them\n {2}dead-lettered 1: Rule: NO_PERMISSIONS: [^\n]+ \(after Stream\)\n/);
    expect(stdout).toMatch(/\n {2}archived +1 /);
    expect(status).toBe(1);
    const json = demo('--template', after, '--before', before, '--events', events, '--json');
    expect(JSON.parse(json.stdout)).toMatchObject({ objects: 1, update: { created: ['Key'], updated: ['Stream', 'RulesPolicy'], gaps: [{ kind: 'deadLettered', events: 1, moment: 'after Stream' }] } });
    expect(json.status).toBe(1);
  });

  test('what is replaced and what stays behind is told, and when nothing happens to events the exit status is 0', () => {
    const before = write('Old.template.json', sampleTemplate(({ Resources }) => {
      Resources.Old = { Type: 'AWS::S3::Bucket', Properties: {}, DeletionPolicy: 'Retain' };
    }));
    const after = write('New.template.json', sampleTemplate(({ Resources }) => { Resources.LatestEvents.Properties.QueryString = 'SELECT 2'; }));
    const { status, stdout } = demo('--template', after, '--before', before, '--events', write('events.jsonl', sampleEvent(1)));
    expect(stdout).toContain('\n  1 replaced, 1 removed\n  replaced      LatestEvents (AWS::Athena::NamedQuery), by its QueryString\n  stays behind  Old (AWS::S3::Bucket)\n');
    expect(stdout).not.toContain('can no longer read');
    expect(stdout).toContain('\n  none is lost, missed or dead-lettered\n');
    expect(status).toBe(0);
  });

  test('who can no longer decrypt what is older is named', () => {
    const by = (key: string, condition?: object): Change => ({ Resources }) => {
      const all = { Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::123456789012:root' }, Action: 'kms:*', Resource: '*' };
      for (const id of ['Key', 'OtherKey']) Resources[id] = { Type: 'AWS::KMS::Key', Properties: { KeyPolicy: { Version: '2012-10-17', Statement: [all] } } };
      const arn = { 'Fn::GetAtt': [key, 'Arn'] };
      const [rule] = Resources.Archive.Properties.BucketEncryption.ServerSideEncryptionConfiguration;
      rule.ServerSideEncryptionByDefault = { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: arn };
      Resources.DeliveryPolicy.Properties.PolicyDocument.Statement.push({ Effect: 'Allow', Action: ['kms:Decrypt', 'kms:GenerateDataKey'], Resource: arn });
      const reads = [
        { Effect: 'Allow', Action: 's3:GetObject', Resource: { 'Fn::Join': ['', [{ 'Fn::GetAtt': ['Archive', 'Arn'] }, '/*']] } },
        { Effect: 'Allow', Action: 'kms:Decrypt', Resource: arn, Condition: condition },
      ];
      Resources.Readers = { Type: 'AWS::IAM::Group', Properties: { Policies: [{ PolicyName: 'Read', PolicyDocument: { Version: '2012-10-17', Statement: reads } }] } };
    };
    const before = write('Old.template.json', sampleTemplate(by('Key')));
    const run = (change: Change) =>
      demo('--template', write('New.template.json', sampleTemplate(change)), '--before', before, '--events', write('events.jsonl', sampleEvent(1))).stdout;
    expect(run(by('OtherKey'))).toMatch(/\nWho can no longer read what is older\n {2}Readers: objects of arn:aws:s3:::\S+ are encrypted with arn:aws:kms:\S+, and the new /);
    expect(run(by('Key', { DateLessThan: { 'aws:CurrentTime': '2030-01-01T00:00:00Z' } }))).toContain('\nWho can no longer read what is older\n  not judged: Readers.');
  });

  test.each<[string, Change, string]>([
    ['that it does not know', ({ Resources }) => { Resources.Table = { Type: 'AWS::DynamoDB::Table', Properties: {} }; }, 'does not know the resource type AWS::DynamoDB::Table'],
    ['of a change that it does not know', ({ Resources }) => { Resources.Old = { Type: 'AWS::S3::Bucket', Properties: {}, DeletionPolicy: 'Snapshot' }; }, 'does not know what Snapshot does'],
  ])('it refuses one %s', (_name, change, message) => {
    const before = write('Old.template.json', sampleTemplate(change));
    const { status, stderr } = demo('--template', write('New.template.json', sampleTemplate()), '--before', before, '--events', write('events.jsonl', sampleEvent(1)));
    expect(stderr).toContain(`error: ${before}: `);
    expect(stderr).toContain(message);
    expect(status).toBe(2);
  });
});

test('an event is archived as it stands in the file, to the letter', () => {
  const text = '{"id":"1","detail-type":"login","detail":{"big":12345678901234567890,"dec":1.10,"2":2,"1":1}}';
  const events = write('events.jsonl', `${text}\n{"__bus":"default",${text.slice(1)}\n`);
  const objects = path.join(folder, 'objects');
  expect(demo('--template', write('Stack.template.json', sampleTemplate(t => {
    t.Resources.Rule.Properties.EventPattern = { id: ['1'] };
  })), '--events', events, '--out', objects).status).toBe(0);
  const written = fs.readdirSync(objects, { recursive: true, encoding: 'utf8' }).filter(name => name.endsWith('.gz'));
  const lines = written.flatMap(name => gunzipSync(fs.readFileSync(path.join(objects, name))).toString().trim().split('\n'));
  expect(lines).toEqual([text, text]);
});

test('an event that is kept nowhere, or a query that fails, ends with status 1', () => {
  const events = write('events.jsonl', sampleEvent(1));
  const noPermission = write('Lost.template.json', sampleTemplate(({ Resources: { RulesPolicy, Rule } }) => {
    RulesPolicy.Properties.PolicyDocument.Statement[0].Action = ['firehose:DescribeDeliveryStream'];
    delete Rule.Properties.Targets[0].DeadLetterConfig;
  }));
  const lost = demo('--template', noPermission, '--events', events);
  expect(lost.stdout).toContain('Unaccounted for: 1\n  "1" of Rule: lost, ');
  expect(lost.status).toBe(1);

  const badQuery = write('Query.template.json', sampleTemplate(({ Resources }) => {
    Resources.LatestEvents.Properties.QueryString = 'SELECT id FROM nothing';
  }));
  const failed = demo('--template', badQuery, '--events', events);
  expect(failed.stderr).toContain('error: the saved query "Latest events" failed: TABLE_NOT_FOUND: Table \'awsdatacatalog.audit.nothing\' does not exist\n');
  expect(failed.status).toBe(1);
});

test('CloudTrail\'s log files are sent as events, and the report says so', () => {
  const template = write('Stack.template.json', sampleTemplate());
  const record = { eventVersion: '1.11', eventID: '1', eventTime: '2026-11-19T12:00:00Z', eventSource: 's3.amazonaws.com', eventName: 'PutObject', eventType: 'AwsApiCall', managementEvent: false };
  const events = write('log.json', { Records: [record, { ...record, eventID: '2' }] });
  const { status, stdout } = demo('--template', template, '--events', events);
  expect(stdout).toContain(`\nRead\n  ${events}: 2 records of CloudTrail's, sent as EventBridge does: `);
  expect(stdout).toMatch(/\n {2}archived +2 /);
  expect(status).toBe(0);
});

test('a cdk.out folder that holds one template is taken', () => {
  write('Stack.template.json', sampleTemplate());
  write('manifest.json', {});
  const { status } = demo('--template', folder, '--events', write('events.jsonl', sampleEvent(1)));
  expect(status).toBe(0);
});

test('--help says how it is used', () => {
  const { status, stdout } = demo('--help');
  expect(stdout).toMatch(/^Usage: npm run demo/);
  expect(status).toBe(0);
});

test('wrong input is one line and status 2', () => {
  const { status, stdout, stderr } = demo('--template', write('x.json', { Resources: { Server: { Type: 'AWS::EC2::Instance' } } }));
  const errors = stderr.split('\n').filter(line => line !== '' && !line.endsWith(' ...'));
  expect(errors).toEqual([expect.stringMatching(/^error: .*x\.json: Server: the simulator does not know/)]);
  expect(stdout).toBe('');
  expect(status).toBe(2);
});

test.each<[string, string, Change, string]>([
  ['without a rule', 'sends nothing', ({ Resources }) => { delete Resources.Rule; Resources.DeadLettersPolicy.Properties.PolicyDocument.Statement.pop(); },
    'there is no rule in it, so nothing would happen to the events'],
  ['with an import', 'says what to name instead', ({ Resources }) => { Resources.Rule.Properties.EventBusName = { 'Fn::ImportValue': 'Bus' }; },
    'Rule.EventBusName.Fn::ImportValue: no stack of the environment exports Bus; name the bus or queue of the other stack literally'],
  ['with a nested stack', 'says which template to give', ({ Resources }) => { Resources.Nested = { Type: 'AWS::CloudFormation::Stack', Properties: {} }; },
    'Nested: the simulator does not know the resource type AWS::CloudFormation::Stack; for an archive in the nested stack give its own *.nested.template.json'],
])('a template %s is wrong input, and the error %s', (_name, _then, change, message) => {
  const template = write('Stack.template.json', sampleTemplate(change));
  const { status, stderr } = demo('--template', template, '--events', write('events.jsonl', sampleEvent(1)));
  expect(stderr).toBe(`Reading ${template} ...\nerror: ${template}: ${message}\n`);
  expect(status).toBe(2);
});

test('a record on which the embedded jq breaks down is among the failed, and nothing of it is printed', () => {
  const template = write('Stack.template.json', sampleTemplate(t => {
    const [{ Parameters: parameters }] = destination(t).ProcessingConfiguration.Processors;
    parameters[0].ParameterValue = '{event_type:(if .detail.levels then reduce range(.detail.levels) as $level (.; [.]) | tojson | length else "login" end)}';
  }));
  const events = [sampleEvent(1), sampleEvent(2, { detail: { levels: 100_000 } }), sampleEvent(3)];
  const { status, stdout, stderr } = demo('--template', template, '--events', write('events.jsonl', events.map(event => JSON.stringify(event)).join('\n')));
  expect(stderr).not.toMatch(/Abort|ASSERTIONS|\n {4}at /);
  expect(stdout).toMatch(/\n {2}archived +2 [^]*\n {2}failed +1 /);
  expect(status).toBe(0);
});

test('one event is not called events', () => {
  const { stderr } = demo('--template', write('Stack.template.json', sampleTemplate()), '--events', write('events.jsonl', sampleEvent(1)));
  expect(stderr).toContain('Sending 1 event ...\n');
  expect(stderr).toContain('Running 1 saved query ...\n');
});

test.each<[string, () => unknown, string]>([
  ['an unknown option', () => readOptions(['--nothing']), 'Unknown option \'--nothing\' (see --help)'],
  ['an option without its value', () => readOptions(['--template']), 'argument missing (see --help)'],
  ['an empty value', () => readOptions(['--events', '']), 'Option \'--events\' is empty (see --help)'],
  ['an argument', () => readOptions(['events.jsonl']), 'Unexpected argument \'events.jsonl\''],
  ['a template that is not there', () => readTemplate(path.join(folder, 'x.json')), 'x.json: there is no such file'],
  ['a template that is no JSON', () => readTemplate(write('x.json', 'x')), 'x.json: not JSON: '],
  ['a template without resources', () => readTemplate(write('x.json', [])), 'x.json: no CloudFormation template: it has no Resources'],
  ['a folder of two templates', () => readTemplate(path.dirname(['a', 'b'].map(name => write(`${name}.template.json`, {}))[0])), 'it holds 2 templates, name one: a.template.json, b.template.json'],
  ['a folder without a template', () => readTemplate(folder), 'it holds no *.template.json'],
  ['an event that is none', () => readEvents([write('e.jsonl', '{"source":"a"}\nx')]), 'e.jsonl:2: not JSON: '],
  ['an event of another kind', () => readEvents([write('e.json', '[{"Source":"a"}]')]), 'e.json:1[0]: no event, which has source, '],
  ['records that are too large', () => readEvents([write('e.json', { eventVersion: '1', eventTime: 't', eventSource: 'a.amazonaws.com', x: 'x'.repeat(262_144) })]), 'EventBridge gets none of them: there is nothing to send'],
  ['a file without events', () => readEvents([write('e.jsonl', '\n')]), 'e.jsonl: there is no event in it'],
  ['a folder for the objects that is in use', () => emptyFolder(path.dirname(write('x', ''))), '--out takes a folder that does not exist or is empty'],
])('%s is wrong input', (_case, act, message) => {
  expect(act).toThrow(InputError);
  expect(act).toThrow(message);
});
