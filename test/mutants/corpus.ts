/** The events that every mutant gets: few, and yet every rule, partition, failure and fan-out of both templates is met. */

import type { EventToSend } from '../simulator/demo/events-file';
import type { JsonObject } from '../simulator/engines';
import type { SimulatedTemplate } from '../simulator/template/template';

/** What becomes of an event is written in its detail. */
export type Fate = 'throttled' | 'delayed' | 'refused' | 'unreadable';

/** The fate of an event, where it has one. */
export function fateOf(event: JsonObject): Fate | undefined {
  return (event.detail as JsonObject | null | undefined)?.fate as Fate | undefined;
}

const CLOUDTRAIL_TYPES = [
  'AWS Console Sign In via CloudTrail', 'AWS Console Signin via CloudTrail', 'AWS Console Action via CloudTrail', 'AWS Service Event via CloudTrail',
  'AWS Insight via CloudTrail', 'AWS Network Activity Event via CloudTrail',
];
const API_CALL = 'AWS API Call via CloudTrail';
const PARAMETER_CHANGE = 'Parameter Store Change';

/** The calls that an archive's own roles make for it. */
const OWN_CALLS = [
  'PutObject', 'CreateMultipartUpload', 'UploadPart', 'CompleteMultipartUpload', 'AbortMultipartUpload', 'ListParts', 'ListMultipartUploads',
  'GetBucketLocation', 'GetTable', 'GetTableVersion', 'GetTableVersions', 'PutRecord', 'PutRecordBatch', 'GenerateDataKey', 'Decrypt', 'PutLogEvents',
];

/** The events for a template, always the same. */
export function corpusFor(template: SimulatedTemplate): EventToSend[] {
  const corpus = new Corpus();
  corpus.addCalls(template);
  corpus.addOfEachType();
  corpus.addOrders();
  corpus.addFates();
  return corpus.events;
}

/** Orders on the default bus of every type that CloudTrail's events have. */
export function ordersOfEachType(): EventToSend[] {
  const corpus = new Corpus();
  for (const type of [API_CALL, ...CLOUDTRAIL_TYPES]) corpus.addOrder(undefined, { state: 'placed', amount: 150 }, type);
  return corpus.events;
}

/** Some orders on the default bus, all alike. */
export function ordersOf(count: number): EventToSend[] {
  const corpus = new Corpus();
  for (let index = 0; index < count; index++) corpus.addOrder(undefined, { state: 'placed', amount: 150 });
  return corpus.events;
}

/** Some parameter changes on the default bus, all alike, and as large as the text makes them. */
export function parameterChanges(count: number, text = ''): EventToSend[] {
  const corpus = new Corpus();
  for (let index = 0; index < count; index++) corpus.addParameterChange({ id: 'the same', time: '2026-11-01T00:00:00Z', detail: { text } });
  return corpus.events;
}

class Corpus {
  public readonly events: EventToSend[] = [];

  /** Calls of the archive's own roles, calls of others by the same names, calls without a name or a role, and reads. */
  public addCalls(template: SimulatedTemplate): void {
    const [delivery, target] = ['DeliveryRole', 'TargetRole'].map(name => roleArn(template, name));
    const person = 'arn:aws:iam::123456789012:role/Admin';
    for (const eventName of OWN_CALLS) this.addCall(delivery, { eventName });
    this.addCall(target, { eventName: 'PutRecordBatch' });
    for (const role of [delivery, target]) this.addCall(role, { eventName: 'AssumeRole' });
    this.addCall(delivery, {});
    this.addCall(person, { eventName: 'PutObject', managementEvent: false });
    this.addCall(person, { eventName: 'DescribeInstances', managementEvent: true });
    this.add({ 'detail-type': API_CALL, 'detail': { eventName: 'DescribeParameters', managementEvent: true } });
    this.add({ 'detail-type': API_CALL, 'source': 'aws.s3', 'detail': { eventName: 'PutObject', userIdentity: { type: 'Root' } } });
    this.add({ 'detail-type': API_CALL, 'source': 'aws.partner/example.com/1', 'detail': { eventName: 'Passed' } });
  }

  /** What each partition key reads, in each form. */
  public addOfEachType(): void {
    for (const type of CLOUDTRAIL_TYPES) this.add({ 'detail-type': type });
    for (const type of ['Not listed', 7, null, [PARAMETER_CHANGE], '']) this.add({ 'detail-type': type });
    for (const tenant of ['42', 42, 'true', true, 'other tenant', 7, false, null, ['42'], '']) this.addParameterChange({ detail: { tenant } });
    this.addParameterChange({ detail: 'text' });
    this.addParameterChange({ account: '210987654321', region: 'eu-west-1', resources: ['arn:aws:ssm:::a', 'arn:aws:ssm:::b'] });
    this.addParameterChange({ 'source': 'my.app', 'replay-name': 'again' });
    this.addParameterChange({ account: 7, region: null });
  }

  /** Events of an application, on both buses: each side of every condition. */
  public addOrders(): void {
    for (const [state, amount] of [['placed', 101], ['placed', 100], ['draft', 150], ['paid', 150]] as const) {
      this.addOrder(undefined, { state, amount });
    }
    this.addOrder(undefined, { state: 'placed', amount: 1 }, 'Parcel shipped');
    for (const bus of [undefined, 'orders']) this.add({ 'source': 'shop', 'detail-type': 'Order placed', 'detail': { state: 'placed', amount: 150 } }, bus);
    this.addOrder('orders', { state: 'placed', amount: 1 });
    this.addOrder('orders', { state: 'placed', userIdentity: { arn: 'arn:aws:iam::123456789012:user/a' } }, 'ORDER PLACED');
    this.addOrder('orders', { state: 'shipped' }, 'Parcel shipped');
    this.add({ 'source': 'stock', 'detail-type': 'Stock changed' }, 'orders');
    this.add({ 'source': 'click', 'detail-type': 'Clicked' }, 'orders');
    this.add({ 'source': 'stock', 'detail-type': 'Stock changed' });
    for (const [source, bus] of [['bill', 'bills'], ['shop', 'bills'], ['bill', undefined]] as const) this.add({ source, 'detail-type': 'Bill sent' }, bus);
    this.add({ 'source': 'bill', 'detail-type': API_CALL, 'detail': { eventName: 'DescribeBills', managementEvent: true } }, 'bills');
  }

  /** What goes wrong, everywhere where it can. */
  public addFates(): void {
    const refused = { fate: 'refused', state: 'placed', userIdentity: { arn: 'refused' } };
    for (const fate of ['throttled', 'delayed', 'unreadable', 'refused'] as const) this.addParameterChange({ detail: { fate } });
    this.addOrder(undefined, { ...refused, amount: 500 });
    this.addOrder('orders', refused);
    for (const bus of [undefined, 'orders']) this.addOrder(bus, { fate: 'throttled', state: 'placed', amount: 500 });
    this.add({ 'source': 'stock', 'detail-type': 'Stock changed', 'detail': refused }, 'orders');
    this.add({ 'source': 'stock', 'detail-type': 'Stock changed', 'detail': { fate: 'throttled' } }, 'orders');
    for (const fate of ['throttled', 'refused']) this.add({ 'source': 'bill', 'detail-type': 'Bill sent', 'detail': { fate } }, 'bills');
    for (const fate of ['throttled', 'refused']) this.add({ 'detail-type': API_CALL, 'detail': { eventName: 'Failing', fate } });
  }

  private addCall(issuerArn: string, detail: JsonObject): void {
    const userIdentity = { type: 'AssumedRole', arn: `${issuerArn}/session`, sessionContext: { sessionIssuer: { type: 'Role', arn: issuerArn } } };
    this.add({ 'detail-type': API_CALL, 'source': 'aws.s3', 'detail': { eventSource: 's3.amazonaws.com', managementEvent: false, userIdentity, ...detail } });
  }

  public addParameterChange(fields: JsonObject): void {
    this.add({ 'detail-type': PARAMETER_CHANGE, ...fields });
  }

  public addOrder(bus: string | undefined, detail: JsonObject, type = 'Order placed'): void {
    this.add({ 'source': 'order', 'detail-type': type, detail }, bus);
  }

  private add(fields: JsonObject, bus?: string): void {
    const number = String(this.events.length + 1);
    const event: JsonObject = {
      'version': '0',
      'id': `00000000-0000-4000-8000-${number.padStart(12, '0')}`,
      'detail-type': 'Something happened',
      'source': 'aws.ssm',
      'account': '123456789012',
      'time': `2026-11-01T00:00:${number.padStart(2, '0').slice(-2)}Z`,
      'region': 'us-east-1',
      'resources': [],
      'detail': { Nested: { Name: 1, name: 2 } },
      ...fields,
    };
    this.events.push({ event, bus });
  }
}

function roleArn(template: SimulatedTemplate, name: string): string {
  const role = template.ofType('AWS::IAM::Role').find(({ logicalId }) => logicalId.includes(name));
  if (!role) throw new Error(`the template has no ${name}`);
  return role.attributes.Arn;
}
