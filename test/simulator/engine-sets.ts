/** The sets of engines, by name. */

import { embeddedEngines } from './embedded/engines';
import type { Engines } from './engines';
import { ReferenceEngines } from './reference/engines';
import { borrowServers } from './reference/shared-servers';

export const ENGINE_SETS = ['embedded', 'reference'] as const;

export type EngineSet = typeof ENGINE_SETS[number];

/** Engines that work, and how to be done with them. */
export interface OpenEngines {
  readonly engines: Engines;
  close(): Promise<void>;
}

/** Makes a set ready: what the reference engines need is installed and started. */
export async function openEngines(name: EngineSet, say: (text: string) => void): Promise<OpenEngines> {
  if (name === 'embedded') return { engines: embeddedEngines(), close: async () => undefined };
  const servers = await borrowServers(say);
  const reference = new ReferenceEngines(servers);
  return {
    engines: reference.set(),
    close: async () => {
      reference.close();
      await servers.giveBack();
    },
  };
}
