/** The embedded engines, all of them in this process. */

import { EmbeddedJq } from './jq';
import { EmbeddedPatterns } from './patterns';
import { DuckDbQueryEngine } from './sql';
import type { Engines } from '../engines';

/** A set of its own: it is open or closed apart from others. */
export function embeddedEngines(): Engines {
  return { name: 'embedded', patterns: new EmbeddedPatterns(), jq: new EmbeddedJq(), sql: new DuckDbQueryEngine() };
}
