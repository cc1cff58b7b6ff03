import { fields, knownPaths } from './known-properties';
import { KNOWN_RESOURCES } from './known-resources';
import { SimulatedTemplate } from './template';
import { sampleTemplate, Template } from '../samples/sample-template';

function refusal(change: (template: Template) => void): () => unknown {
  return () => SimulatedTemplate.parse(sampleTemplate(change));
}

test('a template as the construct makes it is known', () => {
  expect(refusal(() => undefined)).not.toThrow();
});

test.each<[string, (template: Template) => void, string]>([
  ['a property', t => { t.Resources.Archive.Properties.ReplicationConfiguration = {}; }, 'Archive.ReplicationConfiguration: the simulator does not know this property'],
  ['a nested property', t => { t.Resources.Stream.Properties.ExtendedS3DestinationConfiguration.DataFormatConversionConfiguration = {}; },
    'Stream.ExtendedS3DestinationConfiguration.DataFormatConversionConfiguration: the simulator does not know this property'],
  ['a property in a list', t => { t.Resources.Rule.Properties.Targets[0].EcsParameters = {}; }, 'Rule.Targets[0].EcsParameters: the simulator does not know this property'],
  ['an object where a value belongs', t => { t.Resources.Rule.Properties.State = { On: true }; }, 'Rule.State: the simulator knows this property as a plain value'],
  ['a property by a name that every object has', t => { Object.assign(t.Resources.Rule.Properties, { constructor: 1 }); }, 'Rule.constructor: the simulator does not know this property'],
])('%s that is not in the list is refused', (_name, change, message) => {
  expect(refusal(change)).toThrow(message);
});

test('the user\'s own keys are not properties', () => {
  expect(refusal(t => {
    t.Resources.Rule.Properties.EventPattern = { detail: { anything: [{ 'anything-but': ['x'] }] } };
    t.Resources.Archive.Properties.Tags = [{ Key: 'a', Value: 'b' }];
  })).not.toThrow();
});

test('every property of no effect has a reason', () => {
  const paths = Object.values(KNOWN_RESOURCES).flatMap(({ properties }) => knownPaths(fields(properties)));
  expect(paths.length).toBeGreaterThan(100);
  expect(paths.filter(({ effect, why }) => effect === 'inert' && !why)).toEqual([]);
});
