/** The buses of several accounts and Regions, each with the templates that are deployed there, and who may put events on them. */

import { DEFAULT_BUS } from './event-bus';
import type { JsonObject } from '../engines';
import { Policies } from '../permissions/policies';
import { busPolicy, nameOfBus } from '../permissions/resource-policies';
import type { SimulatedTemplate } from '../template/template';

/** Gets what is forwarded to the buses of a template's account and Region. */
export interface ForwardedEvents {
  receive(event: JsonObject, data: string, bus: string, at: Date): void;
}

/** A template, and the run of it. */
interface Member {
  readonly template: SimulatedTemplate;
  readonly receiver: ForwardedEvents;
}

/** Which account is in which organization. */
export type Organizations = { readonly [account: string]: string };

/** The buses that runs reach from one another. A run alone is a network of its own. */
export class EventBusNetwork {
  private readonly members: Member[] = [];

  public constructor(private readonly organizations: Organizations = {}) {}

  public join(template: SimulatedTemplate, receiver: ForwardedEvents): void {
    this.members.push({ template, receiver });
  }

  /** Why a bus does not take what a role sends: one of another account does only if its policy says so. */
  public obstacle(busArn: string, role: string, ruleArn: string): string | undefined {
    const [, , , , owner] = busArn.split(':');
    const [, , , , sender] = role.split(':');
    const members = this.at(busArn);
    if (owner === sender) return undefined;
    const context = {
      'aws:principalarn': role,
      'aws:principalaccount': sender,
      'aws:securetransport': 'true',
      'aws:sourcearn': ruleArn,
      ...this.organizations[sender] !== undefined && { 'aws:principalorgid': this.organizations[sender] },
    };
    const policy = new Policies('resource', members.flatMap(({ template }) => busPolicy(template, busArn)));
    const verdict = policy.verdict({ principal: { identity: role }, action: 'events:PutEvents', resource: busArn, context });
    return verdict === 'allowed' || verdict === 'delegated' ? undefined : `the policy of ${busArn} does not let ${role} events:PutEvents`;
  }

  /** Puts an event on a bus, as it is: with the id, account, Region and time that it had. */
  public forward(busArn: string, event: JsonObject, data: string, at: Date): void {
    for (const { receiver } of this.at(busArn)) receiver.receive(event, data, nameOfBus(busArn), at);
  }

  /** The templates where a bus is. */
  private at(busArn: string): Member[] {
    const [, , , region, account] = busArn.split(':');
    const members = this.members.filter(({ template: { environment } }) => environment.account === account && environment.region === region);
    const exists = nameOfBus(busArn) === DEFAULT_BUS
      ? members.length > 0
      : members.some(({ template }) => template.ofType('AWS::Events::EventBus').some(({ attributes }) => attributes.Arn === busArn));
    if (!exists) throw new Error(`the bus ${busArn} is in no template of the run: what becomes of events there cannot be known`);
    return members;
  }
}
