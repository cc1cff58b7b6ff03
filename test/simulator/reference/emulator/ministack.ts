/**
 * MiniStack, an emulator of AWS (PyPI `ministack`, MIT licence): its EventBridge fills in input transformers and makes the requests of
 * API destinations. Others wrote it from AWS's documents, and tried part of it on AWS.
 * @see https://github.com/ministackorg/ministack
 */

import { ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import type { JsonObject } from '../../engines';

const HOST = '127.0.0.1';
const START_TIMEOUT = 30_000;
const POLL = 50;

/** MiniStack takes an access key of twelve digits for the account. */
const CREDENTIALS = 'AWS4-HMAC-SHA256 Credential=123456789012/20260101/us-east-1/events/aws4_request, SignedHeaders=host, Signature=none';

/** A running MiniStack with EventBridge and nothing else; it ends with `stop`. */
export class MiniStack {
  /** Starts it and waits until it answers. `python` is a Python that has the package. */
  public static async start(python: string): Promise<MiniStack> {
    const port = await freePort();
    const environment = {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      BIND_HOST: HOST,
      GATEWAY_PORT: String(port),
      SERVICES: 'events',
      SFTP_ENABLED: '0',
      IOT_MTLS_ENABLED: '0',
    };
    const child = spawn(python, ['-m', 'ministack.app'], { env: environment, stdio: ['ignore', 'ignore', 'pipe'] });
    const ministack = new MiniStack(child, `http://${HOST}:${port}`);
    await ministack.untilReady();
    return ministack;
  }

  private said = '';

  private constructor(private readonly child: ChildProcess, private readonly url: string) {
    child.stderr!.on('data', chunk => { this.said = `${this.said}${chunk}`.slice(-2000); });
    child.on('error', error => { this.said = error.message; });
  }

  /** Calls an action of EventBridge's API. Throws what it refuses. */
  public async call(action: string, input: JsonObject): Promise<JsonObject> {
    const headers = { 'X-Amz-Target': `AWSEvents.${action}`, 'Content-Type': 'application/x-amz-json-1.1', 'Authorization': CREDENTIALS };
    const response = await fetch(this.url, { method: 'POST', headers, body: JSON.stringify(input) });
    const text = await response.text();
    if (!response.ok) throw new Error(`${action}: ${text}`);
    return text === '' ? {} : JSON.parse(text) as JsonObject;
  }

  /** Ends it, and waits until it has. */
  public async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.pid === undefined) return;
    const ended = new Promise(resolve => this.child.once('exit', resolve));
    this.child.kill('SIGKILL');
    await ended;
  }

  private async untilReady(): Promise<void> {
    for (const end = Date.now() + START_TIMEOUT; Date.now() < end;) {
      if (this.child.exitCode !== null || this.child.pid === undefined) break;
      if (await fetch(`${this.url}/_ministack/health`).then(({ ok }) => ok, () => false)) return;
      await new Promise(resolve => setTimeout(resolve, POLL));
    }
    await this.stop();
    throw new Error(`MiniStack did not start: ${this.said.trim()}`);
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>(resolve => server.listen(0, HOST, resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise(resolve => server.close(resolve));
  return port;
}
