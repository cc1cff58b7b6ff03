/** Athena's named queries of a template, and whether their workgroup would run them. */

import type { QueryEngine, QueryResult } from '../engines';
import { Properties } from '../template/properties';
import type { SimulatedTemplate } from '../template/template';

/** The workgroup that every account has. */
const PRIMARY_WORK_GROUP = 'primary';

const ENGINE_VERSIONS = ['AUTO', 'Athena engine version 3'];

/** A named query. */
export interface SimulatedQuery {
  readonly name: string;
  readonly database: string;
  readonly sql: string;
  readonly workGroup: string;
  readonly description?: string;
}

/** A named query's answer. */
export interface AnsweredQuery extends SimulatedQuery {
  readonly result: QueryResult;
}

/** The named queries, in the template's order. */
export function readSavedQueries(template: SimulatedTemplate): SimulatedQuery[] {
  const workGroups = new Map(template.ofType('AWS::Athena::WorkGroup').map(workGroup => [workGroup.ref, Properties.of(workGroup)]));
  for (const workGroup of workGroups.values()) checkWorkGroup(workGroup);
  return template.ofType('AWS::Athena::NamedQuery').map(resource => {
    const query = Properties.of(resource);
    const workGroup = query.optionalText('WorkGroup') ?? PRIMARY_WORK_GROUP;
    if (workGroup !== PRIMARY_WORK_GROUP && !workGroups.has(workGroup)) query.fail('WorkGroup', `there is no workgroup ${workGroup} in the template`);
    return {
      name: query.optionalText('Name') ?? resource.ref,
      database: query.text('Database'),
      sql: query.text('QueryString'),
      workGroup,
      description: query.optionalText('Description'),
    };
  });
}

/** Runs each query verbatim. One that fails fails the run. */
export async function runQueries(queries: SimulatedQuery[], engine: QueryEngine): Promise<AnsweredQuery[]> {
  const answers: AnsweredQuery[] = [];
  for (const query of queries) {
    try {
      answers.push({ ...query, result: await engine.query(query.database, query.sql) });
    } catch (error) {
      throw new Error(`the saved query ${JSON.stringify(query.name)} failed: ${(error as Error).message}`, { cause: error });
    }
  }
  return answers;
}

/** A workgroup runs queries when it is enabled and has, in one way and not in two, a place for the results. */
function checkWorkGroup(workGroup: Properties): void {
  workGroup.oneOf('State', ['ENABLED'], 'ENABLED');
  const configuration = workGroup.object('WorkGroupConfiguration');
  configuration.optionalObject('EngineVersion')?.oneOf('SelectedEngineVersion', ENGINE_VERSIONS, 'AUTO');
  const managed = configuration.optionalObject('ManagedQueryResultsConfiguration')?.flag('Enabled') ?? false;
  const results = configuration.optionalObject('ResultConfiguration');
  const location = results?.optionalText('OutputLocation');
  if (managed === (location !== undefined)) {
    configuration.fail('ResultConfiguration', 'Athena needs an OutputLocation or managed query results, and not both');
  }
  if (location !== undefined && !/^s3:\/\/[a-z0-9][a-z0-9.-]+\//.test(location)) results!.fail('OutputLocation', `${location} is no place in S3`);
}
