import { createEventArchives, EventArchive } from './event-archives';
import { EmbeddedPatterns } from '../embedded/patterns';
import { Permissions } from '../permissions/permissions';
import { sampleEvent } from '../samples/sample-template';
import { SimulatedTemplate } from '../template/template';

const BUS = 'arn:aws:events:us-east-1:123456789012:event-bus/orders';

/** An archive of the bus `orders`, with these properties beside or in place of its own. */
function archiveWith(properties: object): EventArchive {
  const key = { Type: 'AWS::KMS::Key' };
  const archive = { Type: 'AWS::Events::Archive', Properties: { SourceArn: BUS, EventPattern: { source: ['shop'] }, ...properties } };
  const template = SimulatedTemplate.parse({ Resources: { Archive: archive, Key: key } });
  return createEventArchives(template, new EmbeddedPatterns(), new Permissions(template))[0];
}

test('an archive keeps the events of its bus that its pattern matches', () => {
  const archive = archiveWith({});
  for (const [event, bus] of [
    [sampleEvent(1, { source: 'shop' }), 'orders'], [sampleEvent(2, { source: 'shop' }), 'default'], [sampleEvent(3), 'orders'],
    [sampleEvent(4, { 'source': 'shop', 'replay-name': 'again' }), 'orders'],
  ] as const) archive.offer(event, bus);
  expect(archive.events).toEqual([sampleEvent(1, { source: 'shop' })]);
  expect(archive.replayed('again')).toEqual([{ ...sampleEvent(1, { source: 'shop' }), 'replay-name': 'again' }]);
});

test('without a pattern it keeps all but replays', () => {
  const archive = archiveWith({ EventPattern: undefined });
  archive.offer(sampleEvent(1), 'orders');
  archive.offer(sampleEvent(2, { 'replay-name': 'again' }), 'orders');
  expect(archive.events).toEqual([sampleEvent(1)]);
});

test.each<[string, object, string]>([
  ['the name of a bus', { SourceArn: 'orders' }, 'SourceArn: orders is no ARN'],
  ['a bus of another account', { SourceArn: BUS.replace('123456789012', '999999999999') }, 'is no event bus of the same account'],
  ['a name that is too long', { ArchiveName: 'x'.repeat(49) }, 'ArchiveName: 49 characters; EventBridge takes 48'],
  ['a pattern that is too long', { EventPattern: { source: ['x'.repeat(4096)] } }, 'EventPattern: 4111 characters; EventBridge takes 4096'],
  ['a pattern that is none', { EventPattern: { source: 'shop' } }, 'Archive.EventPattern: '],
  ['part of a day', { RetentionDays: 1.5 }, 'RetentionDays: got 1.5; EventBridge takes whole days'],
  ['less than no time', { RetentionDays: -1 }, 'RetentionDays: got -1; EventBridge takes whole days'],
  ['an empty name of a key', { KmsKeyIdentifier: '' }, 'Archive.KmsKeyIdentifier: '],
  ['a key that does not let EventBridge in', { KmsKeyIdentifier: { 'Fn::GetAtt': ['Key', 'Arn'] } }, 'does not let events.amazonaws.com kms:DescribeKey for'],
])('%s is refused', (_name, properties, message) => {
  expect(() => archiveWith(properties)).toThrow(message);
});
