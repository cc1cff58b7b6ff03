// What warnings of patterns say to an archive, and what to who forwards to one: what it costs and what helps differ.

import { GLOBAL_EVENTS_REGION } from './global-events';

/** The parts of the warnings' texts that differ. */
export interface PatternWords {
  /** What helps where there is no trail. */
  readonly trail: string;
  /** What is so of CloudTrail's events on another bus than the default. */
  readonly trailOnAnotherBus: string;
  /** What helps where events appear in another Region; whether some of them are asked for on another bus than the default. */
  readonly otherRegion: (isAnotherBus: boolean) => string;
  /** What becomes of reads, and what they cost. */
  readonly reads: string;
  /** What becomes of an event that several patterns match, and what it costs. */
  readonly duplicates: string;
}

/** How many reads there are, between their names and their cost. */
const READS = '(Get…, List…, Describe…), in most accounts the greater part of all calls';

export const OF_ARCHIVE: PatternWords = {
  trail: 'else the archive\'s prop trail makes one',
  trailOnAnotherBus: 'On another bus than the default they come only when a rule forwards them there from a default bus, where the trail logs',
  otherRegion: isAnotherBus => `An EventForwarder in ${GLOBAL_EVENTS_REGION} sends it to the archive's bus. Acknowledge this where `
    + (isAnotherBus ? 'that is done' : 'one does, or where these events are not wanted here'),
  reads: `come too ${READS}; EventBridge does not bill them, but Firehose rounds each event up to 5 KB (a million are at least 4.8 GB, 0.14 USD in `
    + 'us-east-1), and storage, queries and what is told of them cost as well',
  duplicates: 'archived for each, with the same id: Firehose bills each copy (rounded up to 5 KB: a million are at least 4.8 GB, 0.14 USD in us-east-1), '
    + 'storage and queries too, and the view events has it as often',
};

export const OF_FORWARDER: PatternWords = {
  trail: 'else make one that logs in this account and Region',
  trailOnAnotherBus: 'On another bus than the default they come only when a rule forwards them there, and EventBridge does not send on what was '
    + 'forwarded: leave eventBus out',
  otherRegion: () => `An EventForwarder of this account in ${GLOBAL_EVENTS_REGION} sends it from there. Acknowledge this where one does, or where these `
    + 'events are not wanted',
  reads: `are forwarded too ${READS}; EventBridge bills each that goes to another account as a custom event (a million are 1.00 USD in us-east-1), and the `
    + 'archive pays for its own part of them: ingestion, storage and queries',
  duplicates: 'forwarded for each, with the same id: EventBridge bills each copy that goes to another account (a million are 1.00 USD in us-east-1), and the '
    + 'archive has and pays for it as often',
};
