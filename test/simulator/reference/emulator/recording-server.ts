/** A server on this machine that remembers what it is asked, and says yes to everything. */

import { createServer, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { HttpAnswer } from '../../http/http-endpoint';

const HOST = '127.0.0.1';

/** A request as it came. */
export interface RecordedRequest {
  readonly method: string;
  /** The path and the query. */
  readonly path: string;
  /** By their names in lower case. */
  readonly headers: { readonly [name: string]: string };
  readonly body: string;
}

/** A server and what it was asked so far. */
export class RecordingServer {
  /** Starts one. It answers as it is told; 200 unless it is told otherwise. */
  public static async start(answer: () => Pick<HttpAnswer, 'status' | 'headers'> = () => ({})): Promise<RecordingServer> {
    const requests: RecordedRequest[] = [];
    const server = createServer((message, response) => {
      const chunks: Buffer[] = [];
      message.on('data', chunk => chunks.push(chunk as Buffer)).on('end', () => {
        const headers = Object.fromEntries(Object.entries(message.headers).map(([name, value]) => [name, [value].flat().join(', ')]));
        requests.push({ method: message.method!, path: message.url!, headers, body: Buffer.concat(chunks).toString('utf8') });
        const { status = 200, headers: more } = answer();
        response.writeHead(status, more).end();
      });
    });
    await new Promise<void>(resolve => server.listen(0, HOST, resolve));
    return new RecordingServer(server, requests);
  }

  private constructor(private readonly server: Server, public readonly requests: readonly RecordedRequest[]) {}

  /** Its host and port. */
  public get host(): string {
    return `${HOST}:${(this.server.address() as AddressInfo).port}`;
  }

  public async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise(resolve => this.server.close(resolve));
  }
}
