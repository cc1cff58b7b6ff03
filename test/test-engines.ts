// The engines that tests run on: the embedded ones, or both sets where the reference engines' servers are at hand.

import { comparedEngines } from './simulator/compared-engines';
import { embeddedEngines } from './simulator/embedded/engines';
import type { Engines } from './simulator/engines';
import { ReferenceEngines } from './simulator/reference/engines';
import { serversOfThisCommand } from './simulator/reference/shared-servers';

let reference: ReferenceEngines | undefined;

/** A set of engines for one run. */
export function testEngines(): Engines {
  const servers = serversOfThisCommand();
  if (!servers) return embeddedEngines();
  reference ??= new ReferenceEngines(servers);
  return comparedEngines(reference.set(), embeddedEngines());
}

/** To be called after the tests of a file. */
export function closeTestEngines(): void {
  reference?.close();
  reference = undefined;
}
