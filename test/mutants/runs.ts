/** Compares what mutants do with what their template does: every run, and every question that can be asked afterwards. */

import * as path from 'node:path';
import { afterwards } from './afterwards';
import { Answers } from './answers';
import type { Mutant } from './mutant';
import { deliver, difference, Outcome, RememberingJq } from './outcome';
import { Scenario, SCENARIOS } from './scenarios';
import { embeddedEngines } from '../simulator/embedded/engines';
import type { Engines } from '../simulator/engines';
import { SimulatedTemplate } from '../simulator/template/template';

/** The template that mutants are compared with. */
export interface RunsProps {
  readonly json: object;
  /** For the objects; nobody else writes there. */
  readonly folder: string;
  /** The present of every run. */
  readonly now: Date;
}

/** What only questions are asked of: no event depends on it. */
const ASKED_TYPES = ['AWS::Athena::NamedQuery', 'AWS::Athena::WorkGroup', 'AWS::Glue::Database', 'AWS::Glue::Table'];

const [WHOLE_RUN] = SCENARIOS;

/** A scenario as the template itself plays it. */
interface Played extends Outcome {
  readonly template: SimulatedTemplate;
}

/** Runs mutants of a template. */
export class Runs {
  /** Runs the template itself; throws when the simulator refuses it. */
  public static async of(props: RunsProps): Promise<Runs> {
    const runs = new Runs(props);
    const { template, simulation } = await runs.baseline(WHOLE_RUN);
    runs.answers = new Answers({ template, simulation, folder: path.join(props.folder, 'answers'), now: props.now });
    return runs;
  }

  private readonly engines: Engines;
  private readonly template: SimulatedTemplate;
  private readonly played = new Map<Scenario, Promise<Played>>();
  private answers!: Answers;

  private constructor(private readonly props: RunsProps) {
    const embedded = embeddedEngines();
    this.engines = { ...embedded, jq: new RememberingJq(embedded.jq) };
    this.template = SimulatedTemplate.parse(props.json);
  }

  /** What a mutant does otherwise, if anything; throws what the simulator refuses. */
  public async difference(mutant: Mutant, json: object): Promise<string | undefined> {
    for (const scenario of SCENARIOS.filter(({ concerns }) => concerns(mutant, this.template))) {
      const found = await this.differenceIn(scenario, json);
      if (found !== undefined) return `${scenario.name}: ${found}`;
    }
    return undefined;
  }

  public async close(): Promise<void> {
    await this.answers.close();
  }

  private async differenceIn(scenario: Scenario, json: object): Promise<string | undefined> {
    const before = await this.baseline(scenario);
    const template = prepared(scenario, json);
    if (scenario !== WHOLE_RUN) return difference(before.facts, (await this.play(scenario, template, 'mutant')).facts);
    const isSame = deliveryOf(template) === deliveryOf(before.template);
    const after = isSame ? await this.check(template) : await this.play(scenario, template, 'mutant');
    const found = isSame ? difference(before.facts.savedQueries, after.facts.savedQueries, 'savedQueries') : difference(before.facts, after.facts);
    return found ?? difference(afterwards(before.template), afterwards(template), 'afterwards') ?? this.answers.difference(after.simulation);
  }

  private baseline(scenario: Scenario): Promise<Played> {
    const template = prepared(scenario, this.props.json);
    const played = this.played.get(scenario) ?? this.play(scenario, template, scenario.name).then(outcome => ({ ...outcome, template }));
    this.played.set(scenario, played);
    return played;
  }

  private play(scenario: Scenario, template: SimulatedTemplate, name: string): Promise<Outcome> {
    const { folder, now } = this.props;
    return deliver(template, scenario.events(template), {
      engines: this.engines, folder: path.join(folder, name), now, start: scenario.atOnce ? now : undefined,
    });
  }

  /** A run without events: what is declared is read, and refused where it is wrong. */
  private check(template: SimulatedTemplate): Promise<Outcome> {
    return deliver(template, [], { engines: this.engines, folder: path.join(this.props.folder, 'mutant'), now: this.props.now });
  }
}

function prepared({ prepare }: Scenario, json: object): SimulatedTemplate {
  return SimulatedTemplate.parse(prepare ? prepare(json) : json);
}

/** Everything on which what is delivered depends. */
function deliveryOf({ resources }: SimulatedTemplate): string {
  return JSON.stringify(resources.filter(({ type }) => !ASKED_TYPES.includes(type)));
}
