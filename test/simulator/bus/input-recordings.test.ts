import { DETAIL_TYPE, RECORDINGS } from './input-recordings';
import type { JsonObject } from '../engines';
import { fanOutTarget, getAtt, simulateApiDestination } from '../samples/sample-fan-out';
import { run, sampleEvent, Template } from '../samples/sample-template';

/** The messages of a queue as the target of a rule. */
async function messages(input: object, detail: JsonObject): Promise<string[]> {
  const simulation = await run(simulateApiDestination((template: Template) => {
    template.Resources.Queue = { Type: 'AWS::SQS::Queue', Properties: {} };
    template.Resources.QueuePolicy = {
      Type: 'AWS::SQS::QueuePolicy',
      Properties: {
        Queues: [{ Ref: 'Queue' }],
        PolicyDocument: {
          Statement: [{ Effect: 'Allow', Principal: { Service: 'events.amazonaws.com' }, Action: 'sqs:SendMessage', Resource: getAtt('Queue', 'Arn') }],
        },
      },
    };
    const target = fanOutTarget(template);
    delete target.RoleArn;
    Object.assign(target, { Arn: getAtt('Queue', 'Arn') }, input);
  }), sampleEvent(1, { 'detail-type': DETAIL_TYPE, detail }));
  await simulation.close();
  return simulation.notifications.map(({ body }) => body);
}

const cases = RECORDINGS.map((recording, index) => {
  const { input } = recording;
  return [index + 1, 'InputPath' in input ? input.InputPath : input.InputTransformer.InputTemplate, recording] as const;
});

test.each(cases)('what AWS sends is sent here, recording %i: %s', async (_number, _text, { input, detail, got }) => {
  const received = await messages(input, detail);
  if (!got) return expect(received).toEqual([]);
  expect(received.map(text => 'json' in got ? { json: JSON.parse(text) as unknown } : { text })).toEqual([got]);
});
