import { Stack } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as kms from 'aws-cdk-lib/aws-kms';
import { altered, anEvent, cleanUp, run } from './archive-run';
import { wrongIn } from './found';
import { synthesize } from './recent-archive';
import type { EventAuditArchiveProps } from '../../src';
import type { EventToSend } from '../simulator/demo/events-file';
import { SimulatedTemplate } from '../simulator/template/template';

afterAll(cleanUp);

const STREAM = 'AWS::KinesisFirehose::DeliveryStream';

/** An archive of logins, and of clicks on a bus and by a stream of their own. */
function template(props: (stack: Stack) => EventAuditArchiveProps = () => ({}), dedicatedStream = true): object {
  return synthesize(stack => ({ eventPatterns: [{ source: ['login'] }], ...props(stack) }), {
    extend: (archive, stack) => {
      const eventBus = new events.EventBus(stack, 'Clicks', { eventBusName: 'clicks' });
      archive.addCapture('Clicks', { eventBus, eventPatterns: [{ source: ['click'] }], dedicatedStream });
    },
  }).template.toJSON();
}

const click = (): EventToSend => ({ ...anEvent({ source: 'click' }), bus: 'clicks' });
const login = () => anEvent({ source: 'login' });

describe('events of both streams', () => {
  const published = [login(), click(), login(), click(), click()];

  test('are in the same partitions and one table, and the ledger counts them together', async () => {
    const archive = await run(template(), published, { start: new Date(Date.now() - 60_000) });
    expect(archive.simulation.ledger).toMatchObject({ sent: 5, matched: 5, archived: 5, lost: 0 });
    expect(await wrongIn(archive, published)).toEqual([]);
    const { writtenObjects } = archive.simulation.ledger;
    const [folders, names] = [/[^/]+$/, /^.*\//].map(part => new Set(writtenObjects.map(({ key }) => key.replace(part, ''))));
    expect(folders.size).toBe(1);
    // Firehose begins the name of an object with that of its stream.
    expect([...names].map(name => /Clicks/.test(name)).sort()).toEqual([false, true]);
    expect(writtenObjects.map(({ records }) => records).sort()).toEqual([2, 3]);
  });

  test('fail apart', async () => {
    const json = template();
    const { attributes: { Arn: failing } } = SimulatedTemplate.parse(json).ofType(STREAM).find(({ logicalId }) => logicalId.includes('Clicks'))!;
    const archive = await run(json, published, { faults: target => target === failing ? 'throttled' : 'ok' });
    expect(archive.simulation.ledger).toMatchObject({ matched: 5, archived: 2, deadLettered: 3, lost: 0 });
    expect(await wrongIn(archive, published.filter(({ event }) => event.source === 'login'))).toEqual([]);
    const shared = await run(template(undefined, false), published, { faults: target => target === failing ? 'throttled' : 'ok' });
    expect(shared.simulation.ledger).toMatchObject({ archived: 5, deadLettered: 0 });
  });

  test('are not archived without the right to their stream, and nobody else\'s is needed', async () => {
    const without = (isClicks: boolean) => run(altered(template(), 'AWS::IAM::ManagedPolicy', ({ PolicyDocument: { Statement: [statement] } }, logicalId) => {
      if (logicalId.startsWith('AuditTargetPutPolicy')) statement.Resource = statement.Resource.filter((arn: object) => /Clicks/.test(JSON.stringify(arn)) !== isClicks);
    }), published);
    expect((await without(true)).simulation.ledger).toMatchObject({ archived: 2, deadLettered: 3 });
    expect((await without(false)).simulation.ledger).toMatchObject({ archived: 3, deadLettered: 2 });
  });

  test('are encrypted by the key, and archived with the one right to it', async () => {
    const json = template(stack => ({ encryptionKey: new kms.Key(stack, 'Key') }));
    const archive = await run(json, published);
    expect(await wrongIn(archive, published)).toEqual([]);
    expect(archive.simulation.ledger.writtenObjects.filter(({ encryptedBy }) => encryptedBy === undefined)).toEqual([]);
    const keyless = altered(json, 'AWS::IAM::ManagedPolicy', ({ PolicyDocument }, logicalId) => { if (/^AuditTargetKeyPolicy/.test(logicalId)) PolicyDocument.Statement[0].Action = 'none:Such'; });
    expect((await run(keyless, published)).simulation.ledger).toMatchObject({ archived: 0, deadLettered: 5 });
  });
});
