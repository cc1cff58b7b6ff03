/** EventBridge API destinations: the HTTP request that an event becomes. */

import type { ApiConnection, Parameters } from './api-connection';
import type { HttpRequest } from './http-endpoint';
import { textMap } from './text-map';
import { isJson } from '../bus/input-transformer';
import { readFirstJson, writeJson } from '../catalog/json-text';
import { Properties } from '../template/properties';
import type { SimulatedResource } from '../template/template';

/** @see https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_CreateApiDestination.html */
const MAX_URL_LENGTH = 2048;
const URL_CHARACTERS = /^(?:%[0-9A-Fa-f]{2}|[-()_.!~*';/?:@&=+$,A-Za-z0-9])+$/;
const HTTPS_URL = /^https:\/\/([A-Za-z0-9.-]+(?::\d+)?)(\/[^?]*)?(?:\?(.*))?$/;
const DEFAULT_RATE = 300;

/** Those with which it is known that the event is the body. */
const METHODS = ['POST', 'PUT', 'PATCH'] as const;

/** What EventBridge sends with every request; the first can be replaced, the others cannot. */
const CONTENT_TYPE = ['Content-Type', 'application/json; charset=utf-8'] as const;
const FIXED_HEADERS: Parameters = [
  ['User-Agent', 'Amazon/EventBridge/ApiDestinations'],
  ['Range', 'bytes=0-1048575'],
  ['Accept-Encoding', 'gzip,deflate'],
  ['Connection', 'close'],
];

/**
 * What EventBridge takes out of a request, whoever put it there.
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-api-destinations.html#eb-api-destination-headers
 */
const REMOVED_HEADERS: ReadonlySet<string> = new Set([
  'a-im', 'accept-charset', 'accept-datetime', 'accept-encoding', 'cache-control', 'connection', 'content-encoding', 'content-length',
  'content-md5', 'date', 'expect', 'forwarded', 'from', 'host', 'http2-settings', 'if-match', 'if-modified-since', 'if-none-match',
  'if-range', 'if-unmodified-since', 'max-forwards', 'origin', 'pragma', 'proxy-authorization', 'range', 'referer', 'te', 'trailer',
  'transfer-encoding', 'upgrade', 'user-agent', 'via', 'warning',
]);

/** A request, or why it is not known. */
export type DestinationRequest = HttpRequest | { readonly unknown: string };

/** An API destination with its connection. */
export class ApiDestination {
  public readonly logicalId: string;
  public readonly ratePerSecond: number;
  private readonly method: typeof METHODS[number];
  private readonly host: string;
  private readonly path: string;
  private readonly query: string;

  public constructor(resource: SimulatedResource, private readonly connection: ApiConnection) {
    const properties = Properties.of(resource);
    this.logicalId = resource.logicalId;
    this.method = properties.oneOf('HttpMethod', METHODS);
    this.ratePerSecond = properties.numberWithin('InvocationRateLimitPerSecond', [1, Infinity], DEFAULT_RATE);
    const url = properties.text('InvocationEndpoint');
    const [, host, path = '/', query = ''] = HTTPS_URL.exec(url) ?? [];
    if (host === undefined || url.length > MAX_URL_LENGTH || !URL_CHARACTERS.test(url)) {
      properties.fail('InvocationEndpoint', `${JSON.stringify(url)} is no URL that EventBridge takes: https, at most ${MAX_URL_LENGTH} characters`);
    }
    [this.host, this.path, this.query] = [host, path, query];
  }

  /** What a target of this destination sends: `target` is the rule's target, of which the connection's parameters take precedence. */
  public requests(target: Properties): (body: string) => DestinationRequest {
    const parameters = target.optionalObject('HttpParameters');
    const headers = this.headers(parameters);
    const url = `https://${this.host}${this.pathWith(parameters)}${this.queryWith(parameters)}`;
    return body => {
      const complete = this.withBodyParameters(body);
      return complete === undefined
        ? { unknown: 'the body is no JSON object; what EventBridge makes of the connection\'s body parameters then is not known' }
        : { method: this.method, url, headers, body: complete };
    };
  }

  private headers(parameters: Properties | undefined): Parameters {
    const custom = merged(targetParameters(parameters, 'HeaderParameters'), this.connection.headers, name => name.toLowerCase())
      .filter(([name]) => !REMOVED_HEADERS.has(name.toLowerCase()));
    const contentType = custom.some(([name]) => name.toLowerCase() === 'content-type') ? [] : [CONTENT_TYPE];
    return [['Host', this.host], ...contentType, ...FIXED_HEADERS, ...custom];
  }

  /** Each `*` of the path is the next of the target's values. */
  private pathWith(parameters: Properties | undefined): string {
    const values = parameters?.texts('PathParameterValues').map(value => literal(parameters, 'PathParameterValues', value)) ?? [];
    const parts = this.path.split('*');
    const wildcards = parts.length - 1;
    if (wildcards !== values.length) throw new Error(`${this.logicalId}: ${wildcards} wildcards in the path, and ${values.length} PathParameterValues of the target`);
    return parts.map((part, index) => part + encodeURIComponent(values[index] ?? '')).join('');
  }

  private queryWith(parameters: Properties | undefined): string {
    const added = merged(targetParameters(parameters, 'QueryStringParameters'), this.connection.query, name => name);
    const own = this.query === '' ? [] : this.query.split('&');
    const clash = added.find(([name]) => own.some(pair => pair.split('=')[0] === encodeURIComponent(name)));
    if (clash) throw new Error(`${this.logicalId}: the query parameter ${clash[0]} is in the URL too; which of the two EventBridge sends is not known`);
    const query = [...own, ...added.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)].join('&');
    return query && `?${query}`;
  }

  private withBodyParameters(body: string): string | undefined {
    const { body: parameters } = this.connection;
    if (parameters.length === 0) return body;
    const object = isJson(body) ? readFirstJson(body) : undefined;
    return object instanceof Map ? writeJson(new Map([...object, ...parameters])) : undefined;
  }
}

function targetParameters(parameters: Properties | undefined, kind: 'HeaderParameters' | 'QueryStringParameters'): Parameters {
  return parameters ? Object.entries(textMap(parameters, kind)).map(([name, value]) => [name, literal(parameters, kind, value)]) : [];
}

/** A value that is no path into the event: EventBridge takes such paths, and the simulator does not. */
function literal(parameters: Properties, property: string, value: string): string {
  return /^\$(?:[.[]|$)/.test(value) ? parameters.fail(property, `${value} is a path into the event, which the simulator does not know here`) : value;
}

/** The parameters of both; of two with the same name, the stronger one. */
function merged(weaker: Parameters, stronger: Parameters, key: (name: string) => string): Parameters {
  return [...new Map([...weaker, ...stronger].map(parameter => [key(parameter[0]), parameter])).values()];
}
