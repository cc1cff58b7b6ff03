/** A dry run of an update: what CloudFormation makes of the stack, and what becomes of events that come meanwhile. */

import type { DryRunProps } from './dry-run';
import type { EventToSend } from './events-file';
import { counted } from './report';
import type { SimulationOptions } from '../simulation';
import { LostReader, lostReaders } from '../update/lost-readers';
import type { Change, ChangeKind, StackUpdate } from '../update/stack-update';
import { Gap, GapKind, runUpdate } from '../update/update-run';

/** What an update came to. */
export interface UpdateDryRunResult {
  /** Whether the update can be made, and no event is lost, dead-lettered or missed on the way. */
  readonly isRight: boolean;
  /** What `--json` prints of it. */
  readonly figures: object;
}

const CHANGES: { readonly [kind in ChangeKind]: string } = { create: 'created', update: 'updated', replace: 'replaced', remove: 'removed' };

const GAPS: { readonly [kind in GapKind]: string } = {
  refused: 'REFUSED', lost: 'LOST', missed: 'MISSED', deadLettered: 'dead-lettered', twice: 'twice', unusable: 'not usable',
};

/** What is no loss: an event that is there more than once, and what nothing came of. */
const HARMLESS: readonly GapKind[] = ['twice', 'unusable'];

/** Sends the events through each moment of the update, and tells what became of them. */
export async function runUpdateDry(
  update: StackUpdate, events: readonly EventToSend[], { progress, print }: DryRunProps, options: SimulationOptions,
): Promise<UpdateDryRunResult> {
  print('Update', changesBlock(update));
  const onMoment = (done: number, all: number) => progress.say(`Sending ${counted(events.length, 'event')} at each moment of the update`, ` ${done} of ${all}`);
  const { moments, gaps } = await runUpdate(update, events, { ...options, onMoment });
  progress.end();
  print('Events on the way', gapsBlock(gaps, moments, events.length));
  const readers = judged(() => lostReaders(update));
  const lines = typeof readers === 'string' ? [`  not judged: ${readers}`] : readers.map(lostReaderLine);
  if (lines.length > 0) print('Who can no longer read what is older', lines.join('\n'));
  return { isRight: gaps.every(({ kind }) => HARMLESS.includes(kind)), figures: { ...figuresOf(update, moments, gaps), lostReaders: readers } };
}

/** What is created, changed, replaced and removed, and what stays behind. */
export function changesBlock(update: StackUpdate): string {
  const { changes, keptProperties } = update;
  if (changes.length === 0) return '  nothing changes';
  const counts = (Object.keys(CHANGES) as ChangeKind[]).flatMap(kind => {
    const { length } = changes.filter(change => change.kind === kind);
    return length > 0 ? [`${length} ${CHANGES[kind]}`] : [];
  });
  return [
    `  ${counts.join(', ')}`,
    ...changes.filter(({ kind }) => kind === 'replace').map(change => `  replaced      ${named(change)}, by its ${change.because}`),
    ...changes.filter(({ isKept }) => isKept).map(change => `  stays behind  ${named(change)}`),
    ...changes.filter(({ kind, isKept }) => kind === 'remove' && !isKept).map(change => `  removed       ${named(change)}`),
    ...keptProperties.map(path => `  unchanged     ${path}: the update does not say it, and AWS keeps it`),
  ].join('\n');
}

/** What became of the events that came while it was under way. */
export function gapsBlock(gaps: readonly Gap[], moments: number, events: number): string {
  const all = `  ${counted(events, 'event')} at each of ${counted(moments, 'moment')}, in the order that is worst for them`;
  const kinds = Object.keys(GAPS) as GapKind[];
  const lines = [...gaps].sort((a, b) => kinds.indexOf(a.kind) - kinds.indexOf(b.kind)).map(gapLine);
  const isClean = gaps.every(({ kind }) => HARMLESS.includes(kind));
  return [all, ...isClean ? ['  none is lost, missed or dead-lettered'] : [], ...lines].join('\n');
}

function gapLine({ kind, events, what, moment, moments }: Gap): string {
  const count = events > 0 ? ` ${events}` : '';
  const more = moments > 1 ? `, and at ${counted(moments - 1, 'other moment')}` : '';
  return `  ${GAPS[kind]}${count}: ${what} (${moment}${more})`;
}

/** What can be said, or why it cannot: what people may do has no part in what becomes of events. */
function judged<T>(judge: () => T): T | string {
  try {
    return judge();
  } catch (error) {
    return (error as Error).message;
  }
}

function lostReaderLine({ who, bucket, key }: LostReader): string {
  return `  ${who}: objects of ${bucket} are encrypted with ${key}, and the new template has no right to decrypt with it (previousEncryptionKeys gives it)`;
}

function named({ logicalId, type }: Change): string {
  return `${logicalId} (${type})`;
}

function figuresOf({ changes, keptProperties }: StackUpdate, moments: number, gaps: readonly Gap[]): object {
  const ids = (matches: (change: Change) => boolean) => changes.filter(matches).map(({ logicalId }) => logicalId);
  return {
    created: ids(({ kind }) => kind === 'create'),
    updated: ids(({ kind }) => kind === 'update'),
    replaced: ids(({ kind }) => kind === 'replace'),
    removed: ids(({ kind, isKept }) => kind === 'remove' && !isKept),
    leftBehind: ids(({ isKept }) => isKept),
    keptProperties,
    moments,
    gaps,
  };
}
