// The parts of an archive's template in which traps are sprung, each altered in a copy.

import { altered } from '../end-to-end/archive-run';
import type { Json, JsonObject } from '../simulator/engines';

export const STREAM = 'AWS::KinesisFirehose::DeliveryStream';
export const RULE = 'AWS::Events::Rule';
export const TABLE = 'AWS::Glue::Table';

/** With the stream's S3 destination altered. */
export function withDestination(template: object, alter: (destination: any) => void): object {
  return altered(template, STREAM, properties => alter(properties.ExtendedS3DestinationConfiguration));
}

/** With properties of the stream's S3 destination that are others, or, where they are undefined, not there. */
export function withSettings(template: object, settings: { readonly [name: string]: Json | undefined }): object {
  return withDestination(template, destination => Object.assign(destination, settings));
}

/** With another jq query. */
export function withQuery(template: object, alter: (query: string) => string): object {
  return withDestination(template, ({ ProcessingConfiguration: { Processors: [{ Parameters: [query] }] } }) => {
    query.ParameterValue = alter(query.ParameterValue);
  });
}

/** With the rule's pattern altered, or another in its place. */
export function withPattern(template: object, alter: (pattern: any) => JsonObject): object {
  return altered(template, RULE, properties => { properties.EventPattern = alter(properties.EventPattern); });
}

/** With the one target of each rule altered. */
export function withTarget(template: object, alter: (target: any) => void): object {
  return altered(template, RULE, properties => properties.Targets.forEach(alter));
}

/** With the tables over events altered. */
export function withEventsTable(template: object, alter: (input: any) => void): object {
  return withTables(template, /^events_/, alter);
}

/** With the tables of some names altered; views are tables, too. */
export function withTables(template: object, name: RegExp, alter: (input: any) => void): object {
  return altered(template, TABLE, ({ TableInput }) => {
    if (name.test(TableInput.Name)) alter(TableInput);
  });
}

/** With what the view's text says altered: its SQL, its columns, where it looks. The view refers to nothing else of the template. */
export function withView(template: object, name: string, alter: (definition: any) => void): object {
  return withTables(template, new RegExp(`^${name}$`), input => {
    const [before, { 'Fn::Base64': definition }, after] = input.ViewOriginalText['Fn::Join'][1];
    const parsed = JSON.parse(definition);
    alter(parsed);
    input.ViewOriginalText['Fn::Join'][1] = [before, { 'Fn::Base64': JSON.stringify(parsed) }, after];
  });
}
