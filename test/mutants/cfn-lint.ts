/** cfn-lint in a process of its own, which lints one template after the other. */

import { ChildProcess, spawn } from 'node:child_process';
import * as path from 'node:path';
import { createInterface } from 'node:readline';
import { cfnLintPython } from '../simulator/reference/installation';

const SCRIPT = path.join(__dirname, 'cfn-lint.py');

/** One process; templates are linted in the order in which they come. */
export class CfnLint {
  private readonly process: ChildProcess;
  private readonly waiting: { resolve(findings: string[]): void; reject(error: Error): void }[] = [];

  public constructor(python = cfnLintPython()) {
    this.process = spawn(python, ['-u', SCRIPT], { stdio: ['pipe', 'pipe', 'inherit'] });
    createInterface({ input: this.process.stdout! }).on('line', line => this.waiting.shift()?.resolve(JSON.parse(line) as string[]));
    this.process.on('error', error => this.failAll(new Error(`cfn-lint cannot run by ${python}: ${error.message}`)));
    this.process.on('exit', code => this.failAll(new Error(`cfn-lint ended with ${code}`)));
    this.process.stdin!.on('error', () => undefined);
  }

  /** Errors and warnings, each with its rule and its place. */
  public findings(template: object): Promise<string[]> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ resolve, reject });
      this.process.stdin!.write(`${JSON.stringify(template)}\n`);
    });
  }

  public close(): void {
    this.process.stdin!.end();
  }

  private failAll(error: Error): void {
    for (const { reject } of this.waiting.splice(0)) reject(error);
  }
}

/**
 * A template with one resource, and of those that it refers to only the types: what no mutant of the resource can change takes long. The
 * findings about what is missing then are the same for all mutants of the resource.
 */
export function partOf(template: object, logicalId: string): object {
  const { Resources: resources } = template as { Resources: { [id: string]: { readonly Type: string } } };
  const text = JSON.stringify(resources[logicalId]);
  const referred = Object.keys(resources).filter(id => id === logicalId || text.includes(`"${id}"`));
  return { Resources: Object.fromEntries(referred.map(id => [id, id === logicalId ? resources[id] : { Type: resources[id].Type }])) };
}
