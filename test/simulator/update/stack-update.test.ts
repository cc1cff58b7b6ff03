import { momentsOf } from './moments';
import { unlistedTypes } from './replacements';
import { StackUpdate } from './stack-update';
import { sampleTemplate, Template } from '../samples/sample-template';
import type { SimulatedResource } from '../template/template';

type Change = (template: Template) => void;

function plan(after: Change, before: Change = () => undefined): StackUpdate {
  return StackUpdate.plan(sampleTemplate(before), sampleTemplate(after));
}

function kinds({ changes }: StackUpdate): string[] {
  return changes.map(({ kind, logicalId, isKept }) => `${kind} ${logicalId}${isKept ? ', kept' : ''}`).sort();
}

function bucket(properties: object, policies: object = {}): Template['Resources'][string] {
  return { Type: 'AWS::S3::Bucket', Properties: { ...properties }, ...policies };
}

test('every type that the simulator knows is listed with what replaces it', () => {
  expect(unlistedTypes()).toEqual([]);
});

describe('what CloudFormation does with a resource', () => {
  test('nothing, when only its place and the order of its keys are others', () => {
    expect(kinds(plan(t => {
      const { Rule, ...others } = t.Resources;
      const { Targets, ...rest } = Rule.Properties;
      t.Resources = { Rule: { ...Rule, Properties: { Targets, ...rest } }, ...others };
    }))).toEqual([]);
  });

  test('it changes it in place, or makes another, by the property', () => {
    expect(kinds(plan(t => { t.Resources.Rule.Properties.State = 'DISABLED'; }))).toEqual(['update Rule']);
    const named = plan(t => { t.Resources.Rule.Properties.Name = 'mine'; });
    expect(kinds(named)).toEqual(['replace Rule', 'update DeadLettersPolicy']);
    expect(named.change('Rule')!.because).toBe('Name');
  });

  test('what refers to a replaced resource goes over to the new one, and is replaced itself where it must be', () => {
    const update = plan(t => { t.Resources.ErrorLog.Properties.LogGroupName = 'errors'; });
    expect(kinds(update)).toEqual(['replace ErrorLog', 'replace ErrorLogStream', 'update DeliveryPolicy', 'update Stream']);
    const [before, after] = [update.before, update.after].map(template => template.resource('ErrorLogStream').ref);
    expect(after).not.toBe(before);
  });

  test('it removes it, or leaves it behind', () => {
    const update = plan(({ Resources }) => { delete Resources.Kept; delete Resources.Gone; }, ({ Resources }) => {
      Resources.Kept = bucket({}, { DeletionPolicy: 'Retain' });
      Resources.Gone = bucket({}, { DeletionPolicy: 'Delete' });
    });
    expect(kinds(update)).toEqual(['remove Gone', 'remove Kept, kept']);
    expect(update.leftBehind.map(({ logicalId }) => logicalId)).toEqual(['Kept']);
  });

  test('it keeps what is replaced where the new template says so', () => {
    const policies = { UpdateReplacePolicy: 'RetainExceptOnCreate' };
    const withBucket = (properties: object): Change => ({ Resources }) => { Resources.Bucket = bucket(properties, policies); };
    expect(kinds(plan(withBucket({ ObjectLockEnabled: true }), withBucket({}))))
      .toEqual(['replace Bucket, kept']);
  });

  test('of a rule it changes the pattern first, and takes targets off before it puts others', () => {
    const update = plan(({ Resources: { Rule: { Properties } } }) => {
      Properties.State = 'DISABLED';
      Properties.Targets[0].Id = 'Another';
    });
    const { forms } = update.change('Rule')!;
    expect(forms.map(({ properties: { State, Targets } }) => [State, (Targets as any[]).map(({ Id }) => Id)])).toEqual([
      ['DISABLED', ['Archive']], ['DISABLED', []], ['DISABLED', ['Another']],
    ]);
  });
});

describe('an update that cannot be made', () => {
  test.each<[string, Change, Change, string]>([
    ['replaces what has a name', t => { t.Resources.Bucket = bucket({ BucketName: 'mine' }); },
      t => { t.Resources.Bucket = bucket({ BucketName: 'mine', ObjectLockEnabled: true }); },
      'Bucket: ObjectLockEnabled replaces it, and CloudFormation replaces nothing that has a name of the template\'s: give it another'],
    ['creates what is there', t => { t.Resources.Bucket = bucket({ BucketName: 'mine' }); },
      t => { t.Resources.Another = bucket({ BucketName: 'mine' }); },
      'Another: there is a AWS::S3::Bucket of its name already: Bucket'],
    ['gives a log delivery source another bus', t => { t.Resources.Source = source('one'); }, t => { t.Resources.Source = source('other'); },
      'Source.ResourceArn: the service refuses another value in place'],
  ])('%s', (_name, before, after, obstacle) => {
    expect(plan(after, before).obstacles).toEqual([obstacle]);
    expect(plan(before, before).obstacles).toEqual([]);
  });

  test('is one that the simulator does not know', () => {
    expect(() => plan(t => { delete t.Resources.Bucket; }, t => { t.Resources.Bucket = bucket({}, { DeletionPolicy: 'Snapshot' }); }))
      .toThrow('Bucket: the simulator does not know what Snapshot does with a resource that goes');
    expect(() => plan(t => { t.Resources.Rule = bucket({}); t.Resources.DeadLettersPolicy.Properties.PolicyDocument.Statement.pop(); }))
      .toThrow('Rule: it is a AWS::Events::Rule and cannot become a AWS::S3::Bucket');
  });

  function source(bus: string): Template['Resources'][string] {
    const properties = { Name: 'errors', ResourceArn: `arn:aws:events:us-east-1:123456789012:event-bus/${bus}`, LogType: 'ERROR_LOGS' };
    return { Type: 'AWS::Logs::DeliverySource', Properties: properties };
  }
});

test('what was left behind is there in the next update, and what is created then has another name', () => {
  const kept: Change = ({ Resources }) => { Resources.Kept = bucket({}, { DeletionPolicy: 'Retain' }); };
  const [without, within] = [sampleTemplate(), sampleTemplate(kept)];
  const { leftBehind, before } = StackUpdate.plan(within, without);
  const again = StackUpdate.plan(without, within, { leftBehind });
  expect(again.obstacles).toEqual([]);
  expect(again.after.resource('Kept').ref).not.toBe(before.resource('Kept').ref);
  const [{ template }] = momentsOf(again).slice(-1);
  expect(template.ofType('AWS::S3::Bucket').map(({ logicalId }) => logicalId)).toEqual(['Archive', 'Kept', 'Kept (left behind)']);
});

describe('the moments of an update', () => {
  const resourceAt = (update: StackUpdate, see: (resources: readonly SimulatedResource[]) => unknown) =>
    momentsOf(update).map(({ name, template }) => [name, see(template.resources)]);

  test('are two where nothing changes', () => {
    expect(momentsOf(plan(() => undefined)).map(({ name }) => name)).toEqual(['before the update', 'after the update']);
  });

  test('have what depends on something after it, and nothing is gone before all that is new is there', () => {
    const update = plan(({ Resources }) => {
      Resources.ErrorLog.Properties.LogGroupName = 'errors';
      delete Resources.LatestEvents;
    });
    const ids = ['ErrorLog', 'ErrorLogStream', 'ErrorLog (replaced)', 'ErrorLogStream (replaced)'];
    const seen = resourceAt(update, resources => ids.filter(id => resources.some(({ logicalId }) => logicalId === id)));
    expect(seen).toEqual([
      ['before the update', ['ErrorLog', 'ErrorLogStream']],
      ['after ErrorLog', ['ErrorLog', 'ErrorLogStream', 'ErrorLog (replaced)']],
      ['after ErrorLogStream', ids],
      ...seen.slice(3),
    ]);
    const last = seen.slice(-3).map(([name, found]) => [String(name).replace(/ after.*| before.*/, ''), found]);
    expect(last[2]).toEqual(['after the update', ['ErrorLog', 'ErrorLogStream']]);
    expect(seen.filter(([name]) => String(name).startsWith('in the cleanup')).map(([, found]) => found)).not.toContainEqual(['ErrorLog', 'ErrorLogStream', 'ErrorLogStream (replaced)']);
  });
});
