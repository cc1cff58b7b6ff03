/**
 * The other side of API destinations: a server on this machine that gets every request, whatever host it is for, and answers as a test
 * tells it to. Nothing is ever sent anywhere else.
 */

import { createServer, IncomingMessage, request as sendRequest, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

const LOOPBACK = '127.0.0.1';

/** A port of a system service on which nothing listens: connections to it are refused. */
const REFUSING_PORT = 1;

/** @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-api-destinations.html */
const TIMEOUT_MILLISECONDS = 5000;

/** A request, before it is sent. */
export interface HttpRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
}

/** A request as the server received it. */
export interface ReceivedRequest {
  /** The logical id of the API destination. */
  readonly destination: string;
  readonly method: string;
  readonly url: string;
  /** By their names in lower case. */
  readonly headers: { readonly [name: string]: string };
  readonly body: string;
  /** The first is 1. */
  readonly attempt: number;
  /** When it was sent, in the run's time; after retries that can be later than the end of the run. */
  readonly time: Date;
}

/** How the server answers. */
export interface HttpAnswer {
  /** @default 200 */
  readonly status?: number;
  /** @default - none */
  readonly headers?: { readonly [name: string]: string };
  /** How long it takes in real time, or `never`. @default 0 */
  readonly delayMilliseconds?: number | 'never';
}

/** What a request came to: an answer, or none. */
export type HttpOutcome =
  | { readonly status: number; readonly headers: { readonly [name: string]: string | undefined } }
  | { readonly noAnswer: 'timeout' | 'unreachable' };

/** How requests go. */
export interface HttpEndpointOptions {
  /** What the server answers. @default - 200 to everything */
  readonly answer?: (request: ReceivedRequest, attempt: number) => HttpAnswer;
  /** How long EventBridge waits for the answer, in real time. @default 5000 */
  readonly timeoutMilliseconds?: number;
  /** Whether there is a server at all; where there is none, connections are refused. @default true */
  readonly listens?: boolean;
}

/** What only the simulation knows of a request. */
type Origin = Pick<ReceivedRequest, 'destination' | 'attempt' | 'time'>;

/** A request under way. */
interface Exchange {
  readonly origin: Origin;
  /** The client's patience is at its end. */
  giveUp(): void;
}

/** The server, and the client that sends to it and to nothing else. */
export class HttpEndpoint {
  public readonly requests: ReceivedRequest[] = [];
  private server?: Promise<Server>;
  private isClosed = false;
  /** The requests under way, by the port that they are sent from: nothing is added to the request itself. */
  private readonly exchanges = new Map<number, Exchange>();
  /** What went wrong in the test's own function. */
  private fault?: Error;

  public constructor(private readonly options: HttpEndpointOptions = {}) {}

  /** Sends a request to the server, whatever its URL says. */
  public async send(request: HttpRequest, origin: Origin): Promise<HttpOutcome> {
    const port = await this.port();
    const outcome = await new Promise<HttpOutcome>(resolve => this.exchange(port, request, origin, resolve));
    if (this.fault) throw this.fault;
    return outcome;
  }

  /** Stops the server: connections are refused from now on. */
  public async close(): Promise<void> {
    this.isClosed = true;
    const server = await this.server;
    server?.closeAllConnections();
    if (server?.listening) await new Promise(resolve => server.close(resolve));
  }

  private async port(): Promise<number> {
    if (this.isClosed || this.options.listens === false) return REFUSING_PORT;
    this.server ??= this.listen();
    return ((await this.server).address() as AddressInfo).port;
  }

  private async listen(): Promise<Server> {
    const server = createServer((request, response) => void this.receive(request, response).catch(() => response.destroy()));
    await new Promise<void>(resolve => server.listen(0, LOOPBACK, resolve));
    return server.unref();
  }

  private exchange(port: number, { method, url, headers, body }: HttpRequest, origin: Origin, done: (outcome: HttpOutcome) => void): void {
    const path = url.replace(/^https:\/\/[^/?]+/, '');
    const length = ['Content-Length', String(Buffer.byteLength(body))];
    const client = sendRequest({ host: LOOPBACK, port, method, path, headers: [...headers, length].flat(), agent: false, setHost: false });
    const giveUp = () => {
      done({ noAnswer: 'timeout' });
      client.destroy();
    };
    client.on('socket', socket => socket.on('connect', () => this.exchanges.set(socket.localPort!, { origin, giveUp })));
    client.on('error', () => done({ noAnswer: 'unreachable' }));
    client.on('response', response => {
      const answer = { status: response.statusCode!, headers: joined(response.headers) };
      response.on('end', () => done(answer)).on('error', () => done({ noAnswer: 'unreachable' })).resume();
    });
    client.end(body);
  }

  private async receive(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const exchange = this.exchanges.get(message.socket.remotePort!);
    this.exchanges.delete(message.socket.remotePort!);
    const chunks: Buffer[] = [];
    for await (const chunk of message) chunks.push(chunk as Buffer);
    if (!exchange) return void response.writeHead(404).end();
    const headers = joined(message.headers);
    const received: ReceivedRequest = {
      ...exchange.origin,
      method: message.method!,
      url: `https://${headers.host}${message.url}`,
      headers,
      body: Buffer.concat(chunks).toString('utf8'),
    };
    this.requests.push(received);
    this.answer(received, response, exchange);
  }

  private answer(received: ReceivedRequest, response: ServerResponse, exchange: Exchange): void {
    try {
      const { answer, timeoutMilliseconds = TIMEOUT_MILLISECONDS } = this.options;
      const { status = 200, headers, delayMilliseconds = 0 } = answer?.(received, received.attempt) ?? {};
      const timers: NodeJS.Timeout[] = [];
      const stopTimers = () => timers.forEach(clearTimeout);
      const respond = () => {
        stopTimers();
        response.writeHead(status, headers).end();
      };
      if (delayMilliseconds !== 'never') timers.push(setTimeout(respond, delayMilliseconds));
      // The clock of the patience starts here too, so that a slow machine does not make an answer late.
      timers.push(setTimeout(() => exchange.giveUp(), timeoutMilliseconds));
      response.once('close', stopTimers);
    } catch (error) {
      this.fault = error as Error;
      response.destroy();
    }
  }
}

function joined(headers: NodeJS.Dict<string | string[]>): { [name: string]: string } {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value].flat().join(', ')]));
}
