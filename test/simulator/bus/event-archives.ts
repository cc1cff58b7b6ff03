/** EventBridge's own archives: which events of a bus they keep, and what is sent again when one is replayed. */

import { busNamed, compiledPattern, isReadOnlyManagementEvent } from './event-bus';
import type { CompiledPattern, JsonObject, PatternEngine } from '../engines';
import type { Permissions } from '../permissions/permissions';
import { Properties } from '../template/properties';
import type { SimulatedResource, SimulatedTemplate } from '../template/template';

/** @see https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_CreateArchive.html */
const MAX_NAME_LENGTH = 48;

/** How the bus appears to KMS. @see https://docs.aws.amazon.com/eventbridge/latest/userguide/encryption-archives.html */
const BUS_CONTEXT = 'kms:encryptioncontext:aws:events:event-bus:arn';
const KEY_ACTIONS = ['kms:Decrypt', 'kms:GenerateDataKey', 'kms:ReEncryptFrom', 'kms:ReEncryptTo'];

/** An archive of EventBridge. */
export class EventArchive {
  public readonly logicalId: string;
  public readonly bus: string;
  /** What it holds, in the order in which it came. */
  public readonly events: JsonObject[] = [];
  private readonly pattern: CompiledPattern;

  public constructor(resource: SimulatedResource, patterns: PatternEngine, permissions: Permissions) {
    const archive = Properties.of(resource);
    const { logicalId, ref, attributes: { Arn: arn } } = resource;
    this.logicalId = logicalId;
    if (ref.length > MAX_NAME_LENGTH) archive.fail('ArchiveName', `${ref.length} characters; EventBridge takes ${MAX_NAME_LENGTH}`);
    const source = archive.text('SourceArn');
    if (!source.startsWith('arn:')) archive.fail('SourceArn', `${source} is no ARN`);
    this.bus = busNamed(archive, 'SourceArn', source, arn);
    // Without a pattern it keeps everything on the bus.
    this.pattern = archive.has('EventPattern') ? compiledPattern(archive, patterns) : { matches: () => true };
    checkRetention(archive);
    if (archive.has('KmsKeyIdentifier')) checkKey(archive, permissions, source);
  }

  /**
   * Keeps an event of its bus that its pattern matches, unless it is a replay, which EventBridge's managed rule leaves out. Nor does such a
   * rule get read-only calls, as far as AWS says: they need a state that an archive cannot ask for.
   */
  public offer(event: JsonObject, bus: string): void {
    if (bus !== this.bus || 'replay-name' in event || isReadOnlyManagementEvent(event) || !this.pattern.matches(event)) return;
    this.events.push(event);
  }

  /** What a replay sends: the events as they were, with the name of the replay. */
  public replayed(name: string): JsonObject[] {
    return this.events.map(event => ({ ...event, 'replay-name': name }));
  }
}

/** All archives of EventBridge in a template. */
export function createEventArchives(template: SimulatedTemplate, patterns: PatternEngine, permissions: Permissions): EventArchive[] {
  return template.ofType('AWS::Events::Archive').map(resource => new EventArchive(resource, patterns, permissions));
}

/** None, or 0, is for ever. */
function checkRetention(archive: Properties): void {
  const days = archive.optionalNumber('RetentionDays') ?? 0;
  if (days < 0 || !Number.isInteger(days)) archive.fail('RetentionDays', `got ${days}; EventBridge takes whole days`);
}

/** EventBridge tries the key when the archive is created. */
function checkKey(archive: Properties, permissions: Permissions, bus: string): void {
  const key = permissions.keys.encrypting(archive, 'KmsKeyIdentifier', ['key id', 'key ARN', 'alias name', 'alias ARN']);
  const missing = permissions.missingOnKey(key, 'events.amazonaws.com', ['kms:DescribeKey'], {})
    ?? permissions.missingOnKey(key, 'events.amazonaws.com', KEY_ACTIONS, { [BUS_CONTEXT]: bus });
  if (missing) archive.fail('KmsKeyIdentifier', `the policy of ${key.arn} does not let events.amazonaws.com ${missing} for ${bus}`);
}
