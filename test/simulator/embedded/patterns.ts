/** The library's own pattern matcher as an engine. event-ruler, AWS's own, judges it in the reference engines. */

import { EventPatternMatcher } from '../../../src/private/event-pattern-matcher';
import type { CompiledPattern, JsonObject, PatternEngine } from '../engines';

/** The engine behind event buses in the quick tests and the demo. */
export class EmbeddedPatterns implements PatternEngine {
  public compile(pattern: JsonObject): CompiledPattern {
    return new EventPatternMatcher(pattern);
  }
}
