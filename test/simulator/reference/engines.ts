/** The engines that AWS itself runs, or their nearest kin: event-ruler, jq 1.6, and Trino over moto's Glue and S3. */

import { EventRulerPatterns } from './event-ruler';
import { installation } from './installation';
import { Jq16 } from './jq';
import type { ServerAddresses } from './servers';
import { TrinoQueryEngine } from './trino';
import type { Engines } from '../engines';

/** Sets of engines over servers that run, with one process for event-ruler; that of jq goes by itself. */
export class ReferenceEngines {
  private readonly patterns = new EventRulerPatterns();
  private readonly jq = new Jq16();

  /** Throws when something is not installed: within a run it would look like a pattern that is refused. */
  public constructor(private readonly servers: ServerAddresses) {
    installation();
  }

  /** A set of its own: its query engine is open or closed apart from others. */
  public set(): Engines {
    return { name: 'reference', patterns: this.patterns, jq: this.jq, sql: new TrinoQueryEngine(this.servers) };
  }

  /** Ends the process; the servers stay. */
  public close(): void {
    this.patterns.close();
  }
}
