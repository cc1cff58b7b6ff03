import { archives, sourceOf } from './archives';
import { mutantsOf } from './generator';
import { LISTED, listingOf } from './listed';
import { reportOf, staleEntries } from './report';

const [archive, full] = archives();
const mutants = mutantsOf(sourceOf(archive));
const description = mutants.find(({ id }) => /Rule\w+\.Properties\.Description delete$/.test(id))!;
const state = mutants.find(({ id }) => /Rule\w+\.Properties\.State value DISABLED$/.test(id))!;

test('a mutant that nobody notices is listed or survives', () => {
  const report = reportOf([archive], [
    { archive: 'default', mutant: description, verdict: {} },
    { archive: 'default', mutant: state, verdict: {} },
    { archive: 'default', mutant: mutants[0], verdict: { judge: 'posture', why: 'why' } },
  ]);
  expect(report.figures).toEqual([{
    archive: 'default', mutants: 3, killed: { 'simulator': 0, 'walker': 0, 'outcome': 0, 'posture': 1, 'cfn-lint': 0 }, listed: 1, surviving: [state.id],
  }]);
});

test('an entry of the list that covers no survivor is stale', () => {
  const report = reportOf([archive], [{ archive: 'default', mutant: description, verdict: {} }]);
  expect(staleEntries(report)).toEqual(LISTED.filter(entry => entry !== listingOf(description, 'default')));
});

test('an entry for one archive does not cover another', () => {
  const prerequisite = mutantsOf(sourceOf(full)).find(({ id }) => /Rule\w+\.DependsOn\[0\] remove$/.test(id))!;
  expect(listingOf(prerequisite, 'full')).toBeDefined();
  expect(listingOf(prerequisite, 'default')).toBeUndefined();
});

test('every entry has a reason of its own words, and no two cover the same mutant', () => {
  expect(LISTED.filter(({ reason }) => reason.split(' ').length < 4)).toEqual([]);
  const covered = [archive, full].flatMap(each => mutantsOf(sourceOf(each)).map(mutant => ({
    id: `${each.name}: ${mutant.id}`, entries: LISTED.filter(entry => listingOf(mutant, each.name, [entry])).length,
  })));
  expect(covered.filter(({ entries }) => entries > 1).map(({ id }) => id)).toEqual([]);
});
