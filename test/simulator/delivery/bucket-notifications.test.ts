import { BucketNotifications } from './bucket-notifications';
import { Permissions } from '../permissions/permissions';
import { SimulatedTemplate } from '../template/template';

const AT = new Date('2026-11-19T12:00:00Z');

/** A bucket that tells a topic, once for each filter. */
function notificationsOf(filters: object[][], more: object = {}): BucketNotifications {
  const configuration = (rules: object[]) => ({ Event: 's3:ObjectCreated:*', Topic: { Ref: 'Topic' }, Filter: { S3Key: { Rules: rules } }, ...more });
  const statement = { Effect: 'Allow', Principal: { Service: 's3.amazonaws.com' }, Action: 'sns:Publish', Resource: { Ref: 'Topic' } };
  const template = SimulatedTemplate.parse({
    Resources: {
      Topic: { Type: 'AWS::SNS::Topic' },
      Policy: { Type: 'AWS::SNS::TopicPolicy', Properties: { Topics: [{ Ref: 'Topic' }], PolicyDocument: { Statement: [statement] } } },
      Bucket: {
        Type: 'AWS::S3::Bucket',
        DependsOn: 'Policy',
        Properties: { BucketName: 'records', NotificationConfiguration: { TopicConfigurations: filters.map(configuration) } },
      },
    },
  });
  return new BucketNotifications(template, new Permissions(template), AT);
}

/** What is told of objects with these keys. */
function told(filters: object[][], ...keys: string[]): string[] {
  const notifications = notificationsOf(filters);
  for (const key of keys) notifications.created('arn:aws:s3:::records', { key, size: 1, at: AT });
  notifications.created('arn:aws:s3:::other', { key: keys[0], size: 1, at: AT });
  return notifications.messages.slice(filters.length).map(({ body }) => JSON.parse(body).Records[0].s3.object.key);
}

const prefix = (value: string) => ({ Name: 'prefix', Value: value });
const suffix = (value: string) => ({ Name: 'suffix', Value: value });

test('a bucket tells of its objects whose keys pass the filter', () => {
  expect(told([[prefix('events/')]], 'events/a', 'errors/a', 'x/events/a')).toEqual(['events/a']);
  expect(told([[prefix('events/'), suffix('.gz')]], 'events/a.gz', 'events/a')).toEqual(['events/a.gz']);
  expect(told([[]], 'events/a', 'errors/a')).toEqual(['events/a', 'errors/a']);
  expect(told([[prefix('events/')], [prefix('errors/')]], 'events/a', 'errors/b', 'c')).toEqual(['events/a', 'errors/b']);
});

test('keys are encoded as in a URL, but for the slashes', () => {
  expect(told([[]], 'events/event_type=a b+c/ä')).toEqual(['events/event_type%3Da+b%2Bc/%C3%A4']);
});

test('configurations that overlap are refused', () => {
  expect(() => notificationsOf([[prefix('events/')], [prefix('events/a')]])).toThrow('Configurations overlap');
  expect(() => notificationsOf([[prefix('events/')], [suffix('.gz')]])).toThrow('Configurations overlap');
  expect(() => notificationsOf([[suffix('.gz')], [suffix('.json')]])).not.toThrow();
});

test('what is not known is refused', () => {
  expect(() => notificationsOf([[]], { Event: 's3:ObjectRemoved:*' })).toThrow('TopicConfigurations[0].Event: got "s3:ObjectRemoved:*"');
  expect(() => notificationsOf([[]], { Topic: 'arn:aws:sns:us-east-1:123456789012:other' })).toThrow('is not in the template');
  expect(() => notificationsOf([[]], { Filter: { S3Key: { Rules: [{ Name: 'contains', Value: 'a' }] } } })).toThrow('Name: got "contains"');
});
