// Each part of a trail's selectors is there for a reason: without it other records are logged, or CloudTrail refuses the trail.

import * as cloudtrail from 'aws-cdk-lib/aws-cloudtrail';
import { ENV } from './trail-samples';
import type { TrailDataEventOptions } from '../../src';
import { altered } from '../end-to-end/archive-run';
import { Permissions } from '../simulator/permissions/permissions';
import { recordsAbout } from '../simulator/samples/trail-records';
import { SimulatedTemplate } from '../simulator/template/template';
import { readTrails } from '../simulator/trail/trail';
import { synthesize } from '../synthesize';

/** Of all resources, and of few: what keeps tampering matters where not everything is logged anyhow, what leaves out deliveries where it is. */
const TEMPLATES = [
  templateWith([
    { resourceType: 'AWS::S3::Object', excludeEventNames: ['GetObject'] },
    { resourceType: 'AWS::KinesisFirehose::DeliveryStream', eventNames: ['PutRecord'] },
    { resourceType: 'AWS::SQS::Queue' },
    { resourceType: 'AWS::DynamoDB::Table', readWriteType: cloudtrail.ReadWriteType.WRITE_ONLY },
  ]),
  templateWith([{ resourceType: 'AWS::SQS::Queue', eventNames: ['SendMessage'], resourceArns: ['arn:aws:sqs:us-east-1:123456789012:another'] }]),
];

function templateWith(dataEvents: TrailDataEventOptions[]): { Resources: { [logicalId: string]: any } } {
  const networkActivity = { eventSources: ['kms.amazonaws.com', 's3.amazonaws.com'], onlyDenied: true };
  const insights = [cloudtrail.InsightType.API_CALL_RATE, cloudtrail.InsightType.API_ERROR_RATE];
  const { template } = synthesize({ trail: { dataEvents, networkActivity, insights } }, { stack: { env: ENV } });
  return template.toJSON() as { Resources: { [logicalId: string]: any } };
}

/** What becomes of the records, or what CloudTrail says instead. */
function decisions(json: object): string {
  const template = SimulatedTemplate.parse(json);
  try {
    const [trail] = readTrails(template, new Permissions(template));
    return recordsAbout(template).map(record => trail.logs(record) ? '1' : '0').join('');
  } catch (error) {
    return (error as Error).message;
  }
}

type Change = (trail: any) => void;

/** A template, and what is done to its trail. */
interface Altered {
  readonly template: object;
  readonly change: Change;
}

/** A part of a selector by its name, and for each template in which it is, what that is without it. */
function parts(): Map<string, Altered[]> {
  const found = new Map<string, Altered[]>();
  for (const template of TEMPLATES) {
    const [{ Properties: { AdvancedEventSelectors: selectors } }] = Object.values(template.Resources).filter(({ Type }) => Type === 'AWS::CloudTrail::Trail');
    for (const [name, change] of changesOf(selectors)) found.set(name, [...found.get(name) ?? [], { template, change }]);
  }
  return found;
}

/** Each selector dropped, each field, and each of several values. */
function changesOf(selectors: any[]): [string, Change][] {
  const dropped = (of: (trail: any) => any[], index: number): Change => trail => { of(trail).splice(index, 1); };
  return selectors.flatMap(({ Name, FieldSelectors }, selector): [string, Change][] => [
    [Name, dropped(trail => trail.AdvancedEventSelectors, selector)],
    ...FieldSelectors.flatMap(({ Field, ...operators }: any, field: number): [string, Change][] => [
      [`${Name}: ${Field}`, dropped(trail => trail.AdvancedEventSelectors[selector].FieldSelectors, field)],
      ...Object.entries<string[]>(operators).filter(([, values]) => values.length > 1).flatMap(([operator, values]) =>
        values.map((value, index): [string, Change] => [
          `${Name}: ${Field} ${operator} ${JSON.stringify(value)}`,
          dropped(trail => trail.AdvancedEventSelectors[selector].FieldSelectors[field][operator], index),
        ])),
    ]),
  ]);
}

test('some records are logged, and some are not', () => {
  for (const template of TEMPLATES) expect(decisions(template)).toMatch(/^(?=.*0)(?=.*1)[01]+$/);
});

test.each([...parts()])('%s', (_name, templates) => {
  const differs = ({ template, change }: Altered) => decisions(altered(template, 'AWS::CloudTrail::Trail', change)) !== decisions(template);
  expect(templates.some(differs)).toBe(true);
});

test.each<[string, Change]>([
  ['logging', trail => { trail.IsLogging = false; }],
  ['all Regions', trail => { trail.IsMultiRegionTrail = false; }],
  ['global services', trail => { trail.IncludeGlobalServiceEvents = false; }],
  ['an insight', trail => { trail.InsightSelectors.pop(); }],
])('%s', (_name, change) => {
  expect(decisions(altered(TEMPLATES[0], 'AWS::CloudTrail::Trail', change))).not.toBe(decisions(TEMPLATES[0]));
});
