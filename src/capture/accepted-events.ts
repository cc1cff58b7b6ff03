// Who else may send events to an archive's bus: accounts by their ids, or an organization, and never everybody.

import { ArnFormat, Stack, Token } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { ACCOUNT_ID, ORGANIZATION_ID } from '../private/identifiers';
import { placeHash, shortHash } from '../private/names';
import { invalid, isKnown, show } from '../private/validate';
import { busIdentity, checkBus, isPartnerBus } from '../rules/event-bus';

const METHOD = 'acceptEventsFrom';

/** Who may send events to a bus. */
export interface AcceptEventsOptions {
  /**
   * The accounts that may send, 12 digits each. Which of their roles may is up to them. An empty list, something else than 12 digits, an
   * account twice, or the archive's own account (which needs no statement) is an error at synthesis. The policy of a bus takes 10,240 characters
   * by default, about 200 accounts: with more there is a warning.
   *
   * @default - none
   */
  readonly accounts?: string[];

  /**
   * The organization all of whose accounts may send, those of later too: `o-` and 10 to 32 lower-case letters or digits, else synthesis
   * fails. The sending rules must have a role, as those of `EventForwarder` do.
   *
   * @default - none
   */
  readonly organizationId?: string;

  /**
   * The bus that they may send to, in the stack's account and Region. The archive takes from it what a capture asks for. A partner's bus,
   * whose policy cannot be changed, fails at synthesis.
   *
   * @default - the archive's `eventBus`
   */
  readonly eventBus?: events.IEventBus;
}

/** The statements on the policies of an archive's buses. */
export class AcceptedEvents {
  private readonly accepted = new Set<string>();

  constructor(private readonly archive: Construct, private readonly eventBus?: events.IEventBus) {}

  /** Adds who may send. */
  public add(options: AcceptEventsOptions): void {
    const { accounts, organizationId, eventBus = this.eventBus } = options;
    checkBus(this.archive, eventBus, false, `${METHOD}.`);
    if (isPartnerBus(eventBus)) invalid(`${METHOD}.eventBus`, 'a partner\'s bus', 'it takes that partner\'s events only, and has no policy: give the default bus or a bus of yours');
    if (accounts === undefined && organizationId === undefined) {
      invalid(METHOD, 'neither accounts nor an organizationId', 'say who may send events: accounts by their 12 digits, or the id of an organization');
    }
    if (accounts) this.addAccounts(accounts, eventBus);
    if (organizationId !== undefined) this.addOrganization(organizationId, eventBus);
  }

  private addAccounts(accounts: string[], bus?: events.IEventBus): void {
    const prop = `${METHOD}.accounts`;
    if (Token.isUnresolved(accounts)) invalid(prop, 'a list that only the deployment knows', 'give the accounts one by one; each of them may be a token');
    if (accounts.length === 0) invalid(prop, 'an empty list', 'give at least one account, or leave the prop out');
    accounts.forEach((account, index) => this.checkAccount(`${prop}[${index}]`, account, bus));
    const sorted = [...accounts].sort();
    this.addStatement('Accounts', sorted, sorted.map(account => new iam.AccountPrincipal(account)), bus);
  }

  private addOrganization(organizationId: string, bus?: events.IEventBus): void {
    const prop = `${METHOD}.organizationId`;
    if (isKnown(organizationId) && !ORGANIZATION_ID.test(organizationId)) {
      invalid(prop, show(organizationId), 'give an organization\'s id: o- and 10 to 32 lower-case letters or digits');
    }
    this.acceptOnce(prop, organizationId, bus);
    this.addStatement('Organization', [organizationId], [new iam.OrganizationPrincipal(organizationId)], bus);
  }

  private checkAccount(prop: string, account: string, bus?: events.IEventBus): void {
    if (isKnown(account) && !ACCOUNT_ID.test(account)) invalid(prop, show(account), 'give an account\'s id: 12 digits');
    if (account === Stack.of(this.archive).account) {
      invalid(prop, isKnown(account) ? `the archive's own account ${account}` : 'the archive\'s own account', 'within the account, in every Region, the sender\'s role is enough: leave it out');
    }
    this.acceptOnce(prop, account, bus);
  }

  private acceptOnce(prop: string, sender: string, bus?: events.IEventBus): void {
    const text = `${busIdentity(this.archive, bus)} ${JSON.stringify(Stack.of(this.archive).resolve(sender))}`;
    if (this.accepted.has(text)) invalid(prop, `${isKnown(sender) ? show(sender) : 'the same'} twice on the same bus`, 'name each sender once');
    this.accepted.add(text);
  }

  /** Whoever is named: another list is another statement, with a name of its own, and comes before the old one goes. */
  private addStatement(kind: string, senders: string[], principals: iam.IPrincipal[], bus?: events.IEventBus): void {
    const stack = Stack.of(this.archive);
    const hash = shortHash(`${busIdentity(this.archive, bus)} ${JSON.stringify(stack.resolve(senders))}`);
    const room = this.archive.node.tryFindChild('AcceptedEvents') as Construct | undefined ?? new Construct(this.archive, 'AcceptedEvents');
    const sid = `EventAuditArchive${kind}${placeHash(this.archive)}${hash}`;
    const statement = new iam.PolicyStatement({
      principals,
      actions: ['events:PutEvents'],
      resources: [bus?.eventBusArn ?? stack.formatArn({ service: 'events', resource: 'event-bus', resourceName: 'default', arnFormat: ArnFormat.SLASH_RESOURCE_NAME })],
    });
    new events.CfnEventBusPolicy(room, `${kind}${hash}`, { statementId: sid, statement: statement.toStatementJson(), eventBusName: bus?.eventBusName });
  }
}
