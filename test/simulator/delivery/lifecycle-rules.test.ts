import { simulate, Template } from '../samples/sample-template';

function withRule(rule: object): () => unknown {
  return () => simulate((template: Template) => { template.Resources.Archive.Properties.LifecycleConfiguration = { Rules: [rule] }; });
}

test.each(['Enabled', 'Disabled'])('a lifecycle rule may be %s', status => {
  expect(withRule({ Status: status, ExpirationInDays: 1 })).not.toThrow();
});

test.each<[string, object, string]>([
  ['without a status', { ExpirationInDays: 1 }, 'Archive.LifecycleConfiguration.Rules[0].Status: missing'],
  ['of another status', { Status: 'enabled' }, 'Archive.LifecycleConfiguration.Rules[0].Status: got "enabled"; the simulator knows Enabled, Disabled'],
])('a lifecycle rule %s is refused', (_name, rule, message) => {
  expect(withRule(rule)).toThrow(new Error(message));
});
