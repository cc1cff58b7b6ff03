// The example of two accounts and two Regions: all its templates at once, each in its place, joined by their buses.

import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { altered, anApiCall, cleanUp } from './archive-run';
import { FIRST_DATE } from './recent-archive';
import { deploy } from './several-templates';
import type { EventToSend } from '../simulator/demo/events-file';

const AUDIT = '111111111111';
const WORKLOADS = '222222222222';
const folder = fs.mkdtempSync(path.join(tmpdir(), 'event-audit-archive-organization-'));

const PLACES = {
  Archive: { account: AUDIT, region: 'eu-west-1' },
  WorkloadsHome: { account: WORKLOADS, region: 'eu-west-1' },
  WorkloadsGlobal: { account: WORKLOADS, region: 'us-east-1' },
  AuditGlobal: { account: AUDIT, region: 'us-east-1' },
};
type StackName = keyof typeof PLACES;

let templates: { [name in StackName]: object };

beforeAll(() => {
  const { status, stderr } = spawnSync(process.execPath, ['--import', 'tsx', 'app.ts'], {
    cwd: path.join(__dirname, '..', '..', 'examples', 'organization'), env: { ...process.env, CDK_OUTDIR: folder }, encoding: 'utf8',
  });
  expect([status, stderr]).toEqual([0, expect.any(String)]);
  const read = (name: string) => JSON.parse(fs.readFileSync(path.join(folder, `${name}.template.json`), 'utf8'));
  templates = Object.fromEntries(Object.keys(PLACES).map(name => [name, read(name)])) as typeof templates;
});

afterAll(async () => {
  await cleanUp();
  fs.rmSync(folder, { recursive: true, force: true });
});

test('nothing warns of it: what its warnings ask for is there', () => {
  const metadata = fs.readdirSync(folder).filter(name => name.endsWith('.metadata.json'));
  expect(metadata).toContain('Archive.metadata.json');
  for (const name of metadata) expect([name, fs.readFileSync(path.join(folder, name), 'utf8')]).toEqual([name, expect.not.stringContaining('aws:cdk:warning')]);
});

/** A call in a stack's account and Region. */
function aCallIn(name: StackName, service: string, eventName: string): EventToSend {
  const { account, region } = PLACES[name];
  const { event } = anApiCall(service, eventName, `arn:aws:iam::${account}:role/Somebody`, { managementEvent: true, readOnly: false });
  return { event: { ...event, account, region } };
}

const idOf = ({ event }: EventToSend) => String(event.id);

/** What happens in each place: something that is asked for, and something that is not. */
function happenings(): { readonly wanted: { [name in StackName]: EventToSend }; readonly others: { [name in StackName]: EventToSend } } {
  return {
    wanted: {
      Archive: aCallIn('Archive', 'kms', 'DisableKey'),
      WorkloadsHome: aCallIn('WorkloadsHome', 's3', 'DeleteBucketPolicy'),
      WorkloadsGlobal: aCallIn('WorkloadsGlobal', 'iam', 'CreateUser'),
      AuditGlobal: aCallIn('AuditGlobal', 'organizations', 'LeaveOrganization'),
    },
    others: Object.fromEntries(Object.keys(PLACES).map(name => [name, {
      event: { ...aCallIn(name as StackName, 'ssm', 'x').event, 'source': 'aws.ssm', 'detail-type': 'Parameter Store Change', 'detail': {} },
    }])) as unknown as { [name in StackName]: EventToSend },
  };
}

async function run(changed: Partial<typeof templates> = {}) {
  const all = { ...templates, ...changed };
  const placed = (Object.keys(PLACES) as StackName[]).map(name => ({ name, template: all[name], environment: { ...PLACES[name], stackName: name } }));
  const deployed = await deploy(placed);
  const { wanted, others } = happenings();
  for (const name of Object.keys(PLACES) as StackName[]) {
    await deployed.run(name).send(wanted[name].event);
    await deployed.run(name).send(others[name].event);
  }
  await deployed.finish();
  const rows = await deployed.rows('Archive', `SELECT event_account, account, region, id FROM events WHERE receipt_date >= '${FIRST_DATE}' ORDER BY account, region`);
  return { deployed, wanted, rows };
}

const SOURCES: readonly StackName[] = ['WorkloadsHome', 'WorkloadsGlobal', 'AuditGlobal'];

test('what happens in either account and either Region is in the one archive, by account, as it was, once', async () => {
  const { deployed, wanted, rows } = await run();
  expect(rows).toEqual((['Archive', 'AuditGlobal', 'WorkloadsHome', 'WorkloadsGlobal'] as const).map(name =>
    ({ event_account: PLACES[name].account, account: PLACES[name].account, region: PLACES[name].region, id: idOf(wanted[name]) })));
  expect(Object.keys(deployed.run('Archive').ledger.partitions).map(partition => partition.split('/')[0]))
    .toEqual([`event_account=${AUDIT}`, `event_account=${WORKLOADS}`]);
  expect(deployed.deadLetters()).toEqual([]);
});

test('without the policy of the bus what another account sends is in its dead-letter queue there, and nothing of it in the archive', async () => {
  const archive = JSON.parse(JSON.stringify(templates.Archive));
  for (const [id, { Type }] of Object.entries<any>(archive.Resources)) if (Type === 'AWS::Events::EventBusPolicy') delete archive.Resources[id];
  const { deployed, wanted, rows } = await run({ Archive: archive });
  expect(rows.map(({ id }) => id)).toEqual([idOf(wanted.Archive), idOf(wanted.AuditGlobal)]);
  expect(deployed.deadLetters().map(({ body, attributes }) => [JSON.parse(body).id, attributes.ERROR_CODE])).toEqual([
    [idOf(wanted.WorkloadsHome), 'NO_PERMISSIONS'], [idOf(wanted.WorkloadsGlobal), 'NO_PERMISSIONS'],
  ]);
});

test('a policy for a third account lets neither of these in', async () => {
  const archive = altered(templates.Archive, 'AWS::Events::EventBusPolicy', properties => { properties.Statement.Principal.AWS = '333333333333'; });
  const { deployed, rows } = await run({ Archive: archive });
  expect(rows.map(({ account }) => account)).toEqual([AUDIT, AUDIT]);
  expect(deployed.deadLetters()).toHaveLength(2);
});

test.each(SOURCES)('without its role\'s permission the forwarder of %s sends nothing', async name => {
  const source = altered(templates[name], 'AWS::IAM::ManagedPolicy', properties => { properties.PolicyDocument.Statement[0].Resource += '-other'; });
  const { deployed, wanted, rows } = await run({ [name]: source });
  expect(rows.map(({ id }) => id)).not.toContain(idOf(wanted[name]));
  expect(deployed.deadLetters().map(({ body }) => JSON.parse(body).id)).toEqual([idOf(wanted[name])]);
});

test('an event is forwarded once: what came to us-east-1 by a forwarder does not go on from there', async () => {
  const target = `arn:aws:events:us-east-1:${AUDIT}:event-bus/default`;
  const detour = (template: object) => {
    const copy = altered(template, 'AWS::Events::Rule', properties => { properties.Targets[0].Arn = target; });
    return altered(copy, 'AWS::IAM::ManagedPolicy', properties => { properties.PolicyDocument.Statement[0].Resource = target; });
  };
  const open = JSON.parse(JSON.stringify(templates.AuditGlobal));
  const statement = { Sid: 'All', Effect: 'Allow', Principal: { AWS: WORKLOADS }, Action: 'events:PutEvents', Resource: target };
  open.Resources.Open = { Type: 'AWS::Events::EventBusPolicy', Properties: { StatementId: 'All', Statement: statement } };
  const { deployed, wanted, rows } = await run({ WorkloadsGlobal: detour(templates.WorkloadsGlobal), AuditGlobal: open });
  expect(deployed.run('AuditGlobal').ledger.events.map(({ event }) => event.id)).toContain(idOf(wanted.WorkloadsGlobal));
  expect(rows.map(({ id }) => id)).not.toContain(idOf(wanted.WorkloadsGlobal));
  expect(deployed.deadLetters()).toEqual([]);
});
