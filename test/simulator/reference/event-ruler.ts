/** AWS's own event-ruler as an engine: it judges every pattern, and whether the embedded matcher is right. */

import { installation } from './installation';
import { LineProcess } from './line-process';
import type { CompiledPattern, JsonObject, PatternEngine } from '../engines';

/** Starts fast, and stays small: what a wildcard can cost has no other limit. */
const JVM_OPTIONS = ['-Xmx512m', '-Xshare:auto', '-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-XX:+ExitOnOutOfMemoryError'];

/** A pattern and the events to judge by it. */
export interface Question {
  readonly pattern: object;
  readonly events: readonly object[];
}

/** Whether each event matches, or why the pattern is refused. Null, where event-ruler's two ways of matching differ. */
export type Answer =
  | { readonly matches: readonly (boolean | null)[]; readonly refused?: undefined }
  | { readonly refused: string; readonly matches?: undefined };

/** The engine behind event buses in the full test. The process starts with the first question. */
export class EventRulerPatterns implements PatternEngine {
  private process?: LineProcess;

  public compile(pattern: JsonObject): CompiledPattern {
    const [{ refused }] = this.judge([{ pattern, events: [] }]);
    if (refused !== undefined) throw new Error(refused.split('\n')[0]);
    return { matches: event => this.matches(pattern, event) };
  }

  /** Answers many questions at once, which is what makes many of them quick. Throws when an event cannot be judged. */
  public judge(questions: readonly Question[]): Answer[] {
    const asked = questions.map(({ pattern, events }) => ({ pattern: JSON.stringify(pattern), events: events.map(event => JSON.stringify(event)) }));
    this.process ??= start();
    const answers = JSON.parse(this.process.ask(JSON.stringify(asked))) as (Answer & { readonly failed?: string })[];
    const failed = answers.findIndex(answer => answer.failed !== undefined);
    if (failed >= 0) throw new Error(`event-ruler cannot judge an event by ${asked[failed].pattern}: ${answers[failed].failed}`);
    return answers;
  }

  /** How complex event-ruler finds each pattern, up to a limit. Throws where it refuses one. */
  public complexities(patterns: readonly object[], limit: number): number[] {
    const asked = patterns.map(pattern => ({ pattern: JSON.stringify(pattern), events: [], limit }));
    this.process ??= start();
    const answers = JSON.parse(this.process.ask(JSON.stringify(asked))) as { readonly complexity?: number; readonly refused?: string }[];
    return answers.map(({ complexity, refused }, index) => {
      if (complexity === undefined) throw new Error(`event-ruler refuses ${asked[index].pattern}: ${refused}`);
      return complexity;
    });
  }

  /** Ends the process; the next question starts another. */
  public close(): void {
    this.process?.close();
    this.process = undefined;
  }

  private matches(pattern: JsonObject, event: JsonObject): boolean {
    const matches = this.judge([{ pattern, events: [event] }])[0].matches?.[0];
    if (typeof matches === 'boolean') return matches;
    throw new Error(`event-ruler's two ways of matching differ by ${JSON.stringify(pattern)} on ${JSON.stringify(event)}`);
  }
}

function start(): LineProcess {
  const { java, classPath } = installation();
  return new LineProcess(java, [...JVM_OPTIONS, '-cp', classPath, 'EventRuler']);
}
