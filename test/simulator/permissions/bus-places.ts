/** The places at which event buses are used: those that a template opens to others, and those that it creates. */

import type { FoundPlace, Names } from './places';
import { nameOfBus } from './resource-policies';
import type { JsonObject } from '../engines';
import { Properties } from '../template/properties';
import type { SimulatedResource, SimulatedTemplate } from '../template/template';

/** All of a template. */
export function busPlaces(template: SimulatedTemplate, common: Names): FoundPlace[] {
  return [
    ...template.ofType('AWS::Events::EventBusPolicy').flatMap(policy => openBus(policy, template)),
    ...template.ofType('AWS::Events::EventBus').flatMap(bus => ownBus(bus, template)),
  ].map(({ place, names }) => ({ place, names: { ...common, ...names } }));
}

/** Whom the statement is for is read from it: a template says it nowhere else. */
function openBus(policy: SimulatedResource, { environment: { partition, region, account } }: SimulatedTemplate): FoundPlace[] {
  const properties = Properties.of(policy);
  const bus = `arn:${partition}:events:${region}:${account}:event-bus/${properties.optionalText('EventBusName') ?? 'default'}`;
  const { Principal: principal, Condition: condition } = properties.object('Statement').json as { Principal?: JsonObject; Condition?: JsonObject };
  const organization = (condition?.StringEquals as JsonObject | undefined)?.['aws:PrincipalOrgID'];
  if (typeof organization === 'string') return [{ place: 'bus open to an organization', names: { bus, organization } }];
  return [principal?.AWS ?? []].flat().map(sender => ({ place: 'bus open to accounts', names: { bus, sender: /\d{12}/.exec(String(sender))?.[0] ?? 'everybody' } }));
}

function ownBus(bus: SimulatedResource, template: SimulatedTemplate): FoundPlace[] {
  const { environment: { partition, region, account }, resources } = template;
  const properties = Properties.of(bus);
  const { Arn: arn } = bus.attributes;
  const key = properties.optionalText('KmsKeyIdentifier');
  const queue = properties.optionalObject('DeadLetterConfig')?.text('Arn');
  const keepsArchives = template.ofType('AWS::Events::Archive').some(archive => Properties.of(archive).optionalText('KmsKeyIdentifier') === key);
  const keyIsHere = resources.some(({ attributes }) => attributes.Arn === key);
  const logs = `arn:${partition}:logs:${region}:${account}:delivery-source:${nameOfBus(arn)}`;
  return [
    ...key !== undefined && keyIsHere ? [{ place: keepsArchives ? 'encrypted bus beside archives' : 'encrypted bus', names: { key, bus: arn } }, { place: 'encrypted bus log', names: { key, logs } }] as const : [],
    ...queue === undefined ? [] : [{ place: 'bus dead letters', names: { queue, bus: arn } }] as const,
  ];
}
