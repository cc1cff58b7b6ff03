// The examples, each deployed and used as its first lines say.

import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { anEvent, cleanUp, run } from '../end-to-end/archive-run';
import { wrongIn } from '../end-to-end/found';
import { readEvents, synthesizeExample } from '../simulator/demo/demo-input';
import { SimulatedTemplate } from '../simulator/template/template';

const folder = fs.mkdtempSync(path.join(tmpdir(), 'event-audit-archive-examples-'));

afterAll(async () => {
  await cleanUp();
  fs.rmSync(folder, { recursive: true, force: true });
});

const templateOf = (name: string) => synthesizeExample(name, path.join(folder, name)).template;

describe('audit-aws-services', () => {
  const template = templateOf('audit-aws-services');
  const samples = readEvents([]).filter(({ bus }) => bus === undefined);

  test('has links to send a test event, to the bucket and to the saved queries, as the outputs of its stack', () => {
    const { outputs } = SimulatedTemplate.parse(template, { region: 'eu-west-1' });
    const hrefs = Object.entries(outputs).map(([name, href]) => [name.replace(/[0-9A-F]{8}$/, ''), new URL(String(href)).href]);
    expect(Object.fromEntries(hrefs)).toEqual({
      AuditConsoleLinksSendTestEvent: 'https://console.aws.amazon.com/systems-manager/parameters/create?region=eu-west-1&tab=Table',
      AuditConsoleLinksBucket: expect.stringMatching(/^https:\/\/console\.aws\.amazon\.com\/s3\/buckets\/[a-z0-9-]+\?region=eu-west-1&prefix=events\/$/),
      AuditConsoleLinksSavedQueries: 'https://console.aws.amazon.com/athena/home?region=eu-west-1#/query-editor/saved-queries',
      AuditConsoleLinksWorkGroup: expect.stringMatching(/^https:\/\/console\.aws\.amazon\.com\/athena\/home\?region=eu-west-1#\/workgroups\/details\/auditawsservices_audit_[0-9a-f]{8}$/),
    });
  });

  test('answers who changed the parameter foo, without a crawler or any other step', async () => {
    const sent = [
      anEvent({ time: '2026-11-19T12:00:01Z', resources: ['arn:aws:ssm:us-east-1:123456789012:parameter/foo'], detail: { operation: 'Create', name: 'foo', type: 'String', description: '' } }),
      anEvent({ time: '2026-11-19T12:00:02Z', detail: { operation: 'Update', name: 'foo', type: 'SecureString' } }),
      anEvent({ detail: { operation: 'Create', name: 'bar', type: 'String' } }),
    ];
    const archive = await run(template, sent);
    const [answer] = (await archive.savedQueries()).filter(({ name }) => name === 'Parameter Store changes');
    expect(answer.result.rows.map(row => row.slice(0, 3))).toEqual([
      ['2026-11-19T12:00:02Z', 'Update', 'SecureString'],
      ['2026-11-19T12:00:01Z', 'Create', 'String'],
    ]);
    expect(Object.keys(archive.simulation.ledger.partitions)).toEqual([expect.stringMatching(/^event_type=parameter_store_change\/receipt_date=/)]);
  });

  test('archives every sample event of the default bus but read-only calls, which it has not asked for, and its own deliveries', async () => {
    const archive = await run(template, samples);
    const { sent, archived, unmatchedBecause } = archive.simulation.ledger;
    expect(archived).toBe(sent - unmatchedBecause.readOnly! - unmatchedBecause.ownCall!);
    const [answer] = (await archive.savedQueries()).filter(({ name }) => name === 'Parameter Store changes');
    const published = samples.filter(({ event }) => event['detail-type'] === 'Parameter Store Change' && (event.detail as any)?.name === 'foo');
    expect(answer.result.rows).toHaveLength(published.length);
    expect(published.length).toBeGreaterThan(0);
  });
});

describe('custom-bus', () => {
  const template = templateOf('custom-bus');
  const samples = readEvents([]);

  test('keeps of all that the application sends only the successful logins, by the day and hour of their arrival', async () => {
    const archive = await run(template, samples);
    const logins = samples.filter(({ event, bus }) => bus === 'auth-events' && event.source === 'login.success');
    expect(logins.length).toBeGreaterThan(0);
    expect(await wrongIn(archive, logins)).toEqual([]);
    const partitions = Object.keys(archive.simulation.ledger.partitions);
    expect(partitions.filter(partition => !/^receipt_date=\d{4}-\d{2}-\d{2}\/receipt_hour=\d{2}$/.test(partition))).toEqual([]);
    const hours = await archive.rows('SELECT receipt_hour, count(*) AS logins FROM events GROUP BY receipt_hour ORDER BY receipt_hour');
    expect(hours.map(({ receipt_hour: hour }) => `/receipt_hour=${hour}`).filter(end => !partitions.some(partition => partition.endsWith(end)))).toEqual([]);
  });

  test('changes what it keeps by its pattern, and nothing in the application', async () => {
    const copy = JSON.parse(JSON.stringify(template));
    for (const { Type, Properties } of Object.values<any>(copy.Resources)) if (Type === 'AWS::Events::Rule') Properties.EventPattern.source = ['login.failed'];
    const archive = await run(copy, samples);
    expect(await wrongIn(archive, samples.filter(({ event, bus }) => bus === 'auth-events' && event.source === 'login.failed'))).toEqual([]);
  });
});
