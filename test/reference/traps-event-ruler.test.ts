// The traps of event patterns, as AWS's own event-ruler judges them: what widens a pattern, and what hides events from it.

import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import * as events from 'aws-cdk-lib/aws-events';
import { EventRulerPatterns } from '../simulator/reference/event-ruler';
import { SimulatedTemplate } from '../simulator/template/template';
import { synthesize } from '../synthesize';

const ruler = new EventRulerPatterns();
afterAll(() => ruler.close());

const SOMEBODY = 'arn:aws:iam::123456789012:role/Somebody';
const eventName = ['PutObject', 'DeleteObject'];

const callOf = (name: string, arn: string) => ({
  'source': 'aws.s3',
  'detail-type': 'AWS API Call via CloudTrail',
  'detail': { eventName: name, userIdentity: { sessionContext: { sessionIssuer: { arn } } } },
});

/** The pattern of the archive's one rule. */
function patternOf(given?: events.EventPattern): any {
  const template = synthesize({ eventPatterns: given && [given] }).template.toJSON();
  return SimulatedTemplate.parse(template).ofType('AWS::Events::Rule')[0].properties.EventPattern;
}

/** The pattern of a rule of CDK, with another added to it. */
function addedByCdk(given: events.EventPattern, more: events.EventPattern): object {
  const stack = new Stack(new App(), 'OfCdk');
  new events.Rule(stack, 'Rule', { eventPattern: given }).addEventPattern(more);
  return Object.values(Template.fromStack(stack).findResources('AWS::Events::Rule'))[0].Properties.EventPattern;
}

test.each<[string, object, object, object, boolean]>([
  ['event names beside an $or', patternOf({ detail: { eventName } }), { detail: { eventName, $or: patternOf().detail.$or } }, callOf('ListUsers', SOMEBODY), false],
  ['an empty prefix among the sources', patternOf({ source: ['order'] }), addedByCdk({ source: ['order'] }, { source: events.Match.prefix('') }),
    callOf('PutObject', SOMEBODY), false],
  ['lists without an $or', patternOf(), { source: [{ prefix: '' }], detail: Object.assign({}, ...patternOf().detail.$or) }, callOf('PutObject', SOMEBODY), true],
])('event-ruler is not led astray by %s', (_trap, ofLibrary, fallenIn, event, matches) => {
  const judged = [ofLibrary, fallenIn].map(pattern => ruler.judge([{ pattern, events: [event] }])[0].matches);
  expect(judged).toEqual([[matches], [!matches]]);
});
