/** The judges of mutants, in the order in which they are asked: the first that notices a mutant kills it. */

import { Archive, givenIn, untouchedIn } from './archives';
import { CfnLint, partOf } from './cfn-lint';
import { Mutant, mutated } from './mutant';
import { Runs } from './runs';
import { postureFindings } from '../posture';
import { SimulatedTemplate } from '../simulator/template/template';

/** The judges, by what a report calls them: the simulator refuses what AWS would, or what it does not know; the outcome is another than the template's. */
export const JUDGES = ['simulator', 'walker', 'outcome', 'posture', 'cfn-lint'] as const;

/** One of the judges. */
export type Judge = typeof JUDGES[number];

/** Who noticed a mutant, and what; nobody, when it survives. */
export interface Verdict {
  readonly judge?: Judge;
  readonly why?: string;
}

/** What judges work with. */
export interface CourtProps {
  readonly archive: Pick<Archive, 'template' | 'given'>;
  /** What is wrong with the permissions of a template, in which some resources are the app's. */
  readonly walk: (template: SimulatedTemplate, given: readonly string[]) => readonly string[];
  readonly cfnLint: Pick<CfnLint, 'findings'>;
  /** For objects; nobody else writes there. */
  readonly folder: string;
  /** The present of every run. */
  readonly now: Date;
}

/** Judges the mutants of one template. */
export class Court {
  /** Runs the template itself; throws when the simulator refuses it. */
  public static async open(props: CourtProps): Promise<Court> {
    const { archive: { template: json }, folder, now } = props;
    return new Court(props, await Runs.of({ json, folder, now }));
  }

  private readonly known: { readonly walker: readonly string[]; readonly posture: readonly string[] };
  private readonly lint = new Map<string, Promise<string[]>>();

  private constructor(private readonly props: CourtProps, private readonly runs: Runs) {
    const template = SimulatedTemplate.parse(props.archive.template);
    this.known = { walker: this.walk(template), posture: this.posture(template) };
  }

  /** Asks the judges in turn; all of them, unless some are named. */
  public async judge(mutant: Mutant, judges: readonly Judge[] = JUDGES): Promise<Verdict> {
    const json = mutated(this.props.archive.template, mutant);
    return await this.bySimulation(mutant, json, judges) ?? (judges.includes('cfn-lint') ? await this.byLint(mutant, json) : undefined) ?? {};
  }

  public async close(): Promise<void> {
    await this.runs.close();
  }

  private async bySimulation(mutant: Mutant, json: object, judges: readonly Judge[]): Promise<Verdict | undefined> {
    try {
      const template = SimulatedTemplate.parse(json);
      return (judges.includes('walker') ? news('walker', this.known.walker, this.walk(template)) : undefined)
        ?? await this.byOutcome(mutant, json, judges)
        ?? (judges.includes('posture') ? news('posture', this.known.posture, this.posture(template)) : undefined);
    } catch (error) {
      return judges.includes('simulator') ? { judge: 'simulator', why: (error as Error).message } : undefined;
    }
  }

  private async byOutcome(mutant: Mutant, json: object, judges: readonly Judge[]): Promise<Verdict | undefined> {
    const why = await this.runs.difference(mutant, json);
    return why !== undefined && judges.includes('outcome') ? { judge: 'outcome', why } : undefined;
  }

  private async byLint({ logicalId }: Mutant, json: object): Promise<Verdict | undefined> {
    const before = this.lint.get(logicalId) ?? this.lintOf(this.props.archive.template, logicalId);
    this.lint.set(logicalId, before);
    return news('cfn-lint', await before, await this.lintOf(json, logicalId));
  }

  private async lintOf(json: object, logicalId: string): Promise<string[]> {
    const findings = await this.props.cfnLint.findings(partOf(json, logicalId));
    return findings.filter(finding => finding.includes(` Resources/${logicalId}/`));
  }

  private walk(template: SimulatedTemplate): readonly string[] {
    return this.props.walk(template, untouchedIn(template, this.props.archive.given));
  }

  private posture(template: SimulatedTemplate): string[] {
    return postureFindings(template, givenIn(template, this.props.archive.given));
  }
}

/** What somebody finds that was not there before. */
function news(judge: Judge, before: readonly string[], after: readonly string[]): Verdict | undefined {
  const why = after.find(finding => !before.includes(finding));
  return why === undefined ? undefined : { judge, why };
}
