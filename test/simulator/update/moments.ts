/**
 * The moments of an update, at each of which the stack is a mixture of old and new. CloudFormation creates and updates what depends on nothing
 * that is still to be done, in an order that nobody knows; what is removed goes when all the rest is done, what depends on others first.
 */

import type { Change, StackUpdate } from './stack-update';
import { SimulatedResource, SimulatedTemplate } from '../template/template';

/** A mixture of old and new. */
export interface Moment {
  readonly name: string;
  /** What is there, with what is about to go and what stays behind. */
  readonly template: SimulatedTemplate;
}

/** What has no part in what happens to an event: it is done at any time. */
const WITHOUT_EVENTS = /^AWS::(Athena|CDK|CloudWatch|Glue)::/;

/** By which the id ends of what was replaced, or left behind. */
const ENDINGS = { replaced: ' (replaced)', leftBehind: ' (left behind)' } as const;

/** The logical id of a resource in its template, whatever became of it. */
export function ownLogicalId(logicalId: string): string {
  return logicalId.replace(/ \((replaced|left behind)\)$/, '');
}

/** What is done at a moment, by logical id: how many of the forms of what is created or changed, and whether what goes is gone. */
type Done = ReadonlyMap<string, number>;

/** One thing that is done, with all that is done before it. */
interface Step {
  readonly name: string;
  readonly with: Done;
  /** Whether it has a part in what happens to events: what has none is done when something else needs it, or with the rest. */
  readonly matters: boolean;
}

/**
 * The moments, in order: before; the mixtures; when all that is new is there; those of the removal; after. Of the mixtures there are all those
 * in which one or two things are done and no more than they need, and those in which one or two are not and all that does not need them is.
 */
export function momentsOf(update: StackUpdate): Moment[] {
  const made = update.changes.filter(({ kind }) => kind !== 'remove');
  const gone = update.changes.filter(({ kind, isKept }) => (kind === 'remove' || kind === 'replace') && !isKept);
  const all = new Map(made.map(({ logicalId, forms }) => [logicalId, forms.length]));
  const after = new Map(gone.map(({ logicalId }) => [logicalId, 1]));
  const making = mixtures(made.flatMap(change => stepsOf(change, made, update)), all);
  const removing = mixtures(gone.map(change => removalOf(change, gone)), after);
  const none: Done = new Map();
  const mixed = distinct([
    ...making.map(({ name, with: done }) => ({ name, done, removed: none })),
    { name: 'when all that is new is there', done: all, removed: none },
    ...removing.map(({ name, with: removed }) => ({ name: `in the cleanup, ${name}`, done: all, removed })),
  ], [[none, none], [all, after]]);
  const states = [{ name: 'before the update', done: none, removed: none }, ...mixed, { name: 'after the update', done: all, removed: after }];
  return states.map(({ name, done, removed }) => ({ name, template: templateAt(update, done, removed) }));
}

/** What is done at a moment, and what is gone. */
interface State {
  readonly name: string;
  readonly done: Done;
  readonly removed: Done;
}

/** Each state once, and none of those that come first and last anyway. */
function distinct(states: readonly State[], others: readonly (readonly [Done, Done])[]): State[] {
  const known = new Set(others.map(([done, removed]) => keyOf(done, removed)));
  return states.filter(({ done, removed }) => {
    const key = keyOf(done, removed);
    return !known.has(key) && known.add(key);
  });
}

function keyOf(done: Done, removed: Done): string {
  return JSON.stringify([done, removed].map(each => [...each].filter(([, count]) => count > 0).sort()));
}

/** The steps of a change, each with those that must come before it. */
function stepsOf({ logicalId, forms, type }: Change, made: readonly Change[], update: StackUpdate): Step[] {
  const { waitsFor } = update.after.resource(logicalId);
  const needed = made.filter(other => waitsFor.includes(other.logicalId)).map((other): [string, number] => [other.logicalId, other.forms.length]);
  return forms.map((_form, index) => ({
    name: forms.length === 1 ? logicalId : `${logicalId} (${index + 1} of ${forms.length})`,
    with: new Map([...needed, [logicalId, index + 1]]),
    matters: !WITHOUT_EVENTS.test(type),
  }));
}

/** What goes, goes after all that needed it. */
function removalOf({ logicalId, type }: Change, gone: readonly Change[]): Step {
  const needing = gone.filter(({ before }) => before!.waitsFor.includes(logicalId));
  const needed = needing.map(({ logicalId: id }): [string, number] => [id, 1]);
  return { name: logicalId, with: new Map([...needed, [logicalId, 1]]), matters: !WITHOUT_EVENTS.test(type) };
}

function mixtures(steps: readonly Step[], all: Done): Pick<Step, 'name' | 'with'>[] {
  const some = steps.filter(({ matters }) => matters);
  const chosen = [...some.map(step => [step]), ...some.flatMap((one, index) => some.slice(index + 1).map(other => [one, other]))];
  return [
    ...chosen.map(done => ({ name: `after ${namesOf(done)}`, with: joined(done.map(step => step.with)) })),
    ...chosen.map(left => ({ name: `before ${namesOf(left)}`, with: without(all, left, steps) })),
  ];
}

function namesOf(steps: readonly Step[]): string {
  return steps.map(({ name }) => name).join(' and ');
}

function joined(parts: readonly Done[]): Done {
  const done = new Map<string, number>();
  for (const part of parts) for (const [id, forms] of part) done.set(id, Math.max(done.get(id) ?? 0, forms));
  return done;
}

/** All but some steps, and but those that need them. */
function without(all: Done, left: readonly Step[], steps: readonly Step[]): Done {
  const done = new Map(all);
  for (const { with: needed, name } of steps) {
    if (!left.some(step => reaches(needed, step))) continue;
    const [own, forms] = [...needed].pop()!;
    if (!name.startsWith(own)) throw new Error(`${name}: a step ends with itself`);
    done.set(own, Math.min(done.get(own)!, forms - 1));
  }
  return done;
}

function reaches(needed: Done, step: Step): boolean {
  const [id, forms] = [...step.with].pop()!;
  return (needed.get(id) ?? 0) >= forms;
}

function templateAt(update: StackUpdate, done: Done, removed: Done): SimulatedTemplate {
  const old = update.before.resources.flatMap(resource => {
    const change = update.change(resource.logicalId);
    return change ? oldForms(resource, change, done, removed) : [resource];
  });
  const created = update.changes.filter(({ kind }) => kind === 'create').flatMap(change => newForm(change, done));
  const { environment, outputs } = update.after;
  const leftBehind = update.earlierLeftBehind.map(resource => renamed(resource, ENDINGS.leftBehind));
  return new SimulatedTemplate(environment, [...old, ...created, ...leftBehind].map(waitingForEarlierForms), outputs);
}

/** What a resource waited for may have another name at this moment, and was there before it all the same. */
function waitingForEarlierForms(resource: SimulatedResource): SimulatedResource {
  const earlier = Object.values(ENDINGS).flatMap(ending => resource.waitsFor.map(id => `${id}${ending}`));
  return { ...resource, waitsFor: [...resource.waitsFor, ...earlier] };
}

/** What there is of a resource that was there before. */
function oldForms(before: SimulatedResource, change: Change, done: Done, removed: Done): SimulatedResource[] {
  const now = newForm(change, done);
  if (change.kind === 'update') return now.length > 0 ? now : [before];
  const isGone = (removed.get(change.logicalId) ?? 0) > 0;
  if (change.kind === 'remove') return isGone ? [] : [before];
  return [...now, ...isGone ? [] : [now.length > 0 ? renamed(before, ENDINGS.replaced) : before]];
}

function newForm({ logicalId, forms }: Change, done: Done): SimulatedResource[] {
  const count = done.get(logicalId) ?? 0;
  return count > 0 ? [forms[count - 1]] : [];
}

function renamed(resource: SimulatedResource, ending: string): SimulatedResource {
  return { ...resource, logicalId: `${ownLogicalId(resource.logicalId)}${ending}` };
}
