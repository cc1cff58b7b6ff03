/**
 * Loads jq-web: jq as WebAssembly. Its source is evaluated anew for every instance, because one that broke down fails at every later call,
 * and `require` would give that one again.
 */

import { readFileSync } from 'node:fs';
import * as path from 'node:path';

/** What is used of jq-web. */
export interface Jq {
  /** Runs jq over a text of JSON values; throws, with jq's exit code, when jq fails, and without one when the instance broke down. */
  raw(json: string, filter: string, flags?: string[]): string | undefined;
}

const FILE = require.resolve('jq-web');

/**
 * jq-web is built with a stack of 64 KB, which a value of fifty levels overflows, into whatever lies there. The stack is moved to the end
 * of a larger memory: the heap grows towards it, and needs far less for events of a megabyte at most.
 */
const MEMORY_BYTES = 256 * 1024 * 1024;

const PAGE_BYTES = 64 * 1024;

/** What an instance tells of itself: it would print it, though its caller gets the error. */
const SILENT = { ...console, error: () => undefined, warn: () => undefined };

/** What of the WebAssembly module's exports has to do with the stack. */
interface StackExports {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  readonly _emscripten_stack_restore: (address: number) => void;
}

/** What is used of JavaScript's WebAssembly, for which there are no types here. */
interface WebAssemblyApi {
  instantiate(binary: Uint8Array, imports: object): Promise<{ readonly instance: { readonly exports: StackExports } }>;
}

/** A new instance. */
export function loadJq(): Promise<Jq> {
  const module: { exports: unknown } = { exports: {} };
  const evaluate = new Function('module', 'exports', 'require', '__filename', '__dirname', 'WebAssembly', 'console', readFileSync(FILE, 'utf8'));
  evaluate(module, module.exports, require, FILE, path.dirname(FILE), webAssemblyWithStack(), SILENT);
  return module.exports as Promise<Jq>;
}

/** WebAssembly as ever, but what it instantiates has the larger stack. */
function webAssemblyWithStack(): WebAssemblyApi {
  const { WebAssembly: original } = globalThis as unknown as { WebAssembly: WebAssemblyApi };
  const own: WebAssemblyApi = Object.create(original);
  own.instantiate = async (binary, imports) => {
    const source = await original.instantiate(binary, imports);
    moveStack(source.instance.exports);
    return source;
  };
  return own;
}

function moveStack({ memory, _emscripten_stack_restore: moveTo }: StackExports): void {
  memory.grow((MEMORY_BYTES - memory.buffer.byteLength) / PAGE_BYTES);
  moveTo(MEMORY_BYTES);
}
