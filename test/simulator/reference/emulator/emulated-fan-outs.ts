/** The fan-outs of a template in MiniStack: its connections, API destinations and rules, each destination with a server of its own. */

import type { MiniStack } from './ministack';
import { RecordedRequest, RecordingServer } from './recording-server';
import type { EventToSend } from '../../demo/events-file';
import type { Json, JsonObject } from '../../engines';
import { Secrets, SecretValues } from '../../http/secrets';
import { Properties } from '../../template/properties';
import type { SimulatedResource, SimulatedTemplate } from '../../template/template';

/** What PutEvents takes at once. */
const MAX_ENTRIES = 10;

const ARRIVAL_TIMEOUT = 60_000;
const POLL = 50;

/** The fan-outs, and what arrived at their servers. */
export class EmulatedFanOuts {
  /** Declares to MiniStack what the template does. */
  public static async deploy(ministack: MiniStack, template: SimulatedTemplate, secrets: SecretValues): Promise<EmulatedFanOuts> {
    const fanOuts = new EmulatedFanOuts(ministack, new Secrets(template, secrets));
    for (const connection of template.ofType('AWS::Events::Connection')) await fanOuts.createConnection(connection);
    for (const destination of template.ofType('AWS::Events::ApiDestination')) await fanOuts.createDestination(destination);
    for (const rule of template.ofType('AWS::Events::Rule')) await fanOuts.createRule(rule);
    return fanOuts;
  }

  private readonly servers = new Map<string, RecordingServer>();
  /** What MiniStack calls a resource, by the ARN that the template's references have. */
  private readonly arns = new Map<string, string>();

  private constructor(private readonly ministack: MiniStack, private readonly secrets: Secrets) {}

  /** Publishes events on the default bus. Throws when one is refused. */
  public async send(events: readonly EventToSend[]): Promise<void> {
    for (let start = 0; start < events.length; start += MAX_ENTRIES) {
      const entries = events.slice(start, start + MAX_ENTRIES).map(({ event }) => entryOf(event));
      const { FailedEntryCount: failed, Entries: results } = await this.ministack.call('PutEvents', { Entries: entries });
      if (failed !== 0) throw new Error(`PutEvents: ${JSON.stringify(results)}`);
    }
  }

  /** The requests for a destination, once there are so many. */
  public async requests(destination: string, count: number): Promise<readonly RecordedRequest[]> {
    const { requests } = this.servers.get(destination)!;
    for (const end = Date.now() + ARRIVAL_TIMEOUT; requests.length < count && Date.now() < end;) {
      await new Promise(resolve => setTimeout(resolve, POLL));
    }
    return requests;
  }

  public async stop(): Promise<void> {
    for (const server of this.servers.values()) await server.stop();
  }

  private async createConnection({ ref, attributes, properties }: SimulatedResource): Promise<void> {
    const { AuthorizationType, AuthParameters } = properties;
    const resolve = (_key: string, value: Json) => typeof value === 'string' ? this.secrets.resolve(value) : value;
    const resolved = JSON.parse(JSON.stringify(AuthParameters), resolve) as JsonObject;
    const { ConnectionArn } = await this.ministack.call('CreateConnection', { Name: ref, AuthorizationType, AuthParameters: resolved });
    this.arns.set(attributes.Arn, ConnectionArn as string);
  }

  /** The URL leads to a server here, and is the template's own but for the host. */
  private async createDestination(resource: SimulatedResource): Promise<void> {
    const { ref, logicalId, attributes } = resource;
    const properties = Properties.of(resource);
    const server = await RecordingServer.start();
    this.servers.set(logicalId, server);
    const { ApiDestinationArn } = await this.ministack.call('CreateApiDestination', {
      Name: ref,
      ConnectionArn: this.arns.get(properties.text('ConnectionArn'))!,
      HttpMethod: properties.text('HttpMethod'),
      InvocationEndpoint: properties.text('InvocationEndpoint').replace(/^https:\/\/[^/?]+/, `http://${server.host}`),
    });
    this.arns.set(attributes.Arn, ApiDestinationArn as string);
  }

  /** MiniStack knows one state in which a rule is on. */
  private async createRule({ ref: name, properties }: SimulatedResource): Promise<void> {
    const targets = (properties.Targets as JsonObject[]).filter(({ Arn }) => this.arns.has(Arn as string));
    if (targets.length === 0) return;
    await this.ministack.call('PutRule', { Name: name, EventPattern: JSON.stringify(properties.EventPattern), State: 'ENABLED' });
    await this.ministack.call('PutTargets', { Rule: name, Targets: targets.map(target => ({ ...target, Arn: this.arns.get(target.Arn as string)! })) });
  }
}

function entryOf(event: JsonObject): JsonObject {
  return { Source: event.source, DetailType: event['detail-type'], Detail: JSON.stringify(event.detail), Resources: event.resources ?? [] };
}
