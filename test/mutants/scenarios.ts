/** The runs by which mutants are told from the template: one that meets everything, and a few that only some mutants need. */

import { corpusFor, ordersOf, ordersOfEachType, parameterChanges } from './corpus';
import type { Mutant } from './mutant';
import type { EventToSend } from '../simulator/demo/events-file';
import type { JsonObject } from '../simulator/engines';
import type { SimulatedTemplate } from '../simulator/template/template';

/** A run. */
export interface Scenario {
  readonly name: string;
  /** Whether it can tell a mutant. */
  readonly concerns: (mutant: Mutant, template: SimulatedTemplate) => boolean;
  readonly events: (template: SimulatedTemplate) => EventToSend[];
  /** What is done with the template and with its mutants alike. @default - nothing */
  readonly prepare?: (template: object) => object;
  /** Whether all events come in one moment. @default - they come one after the other */
  readonly atOnce?: boolean;
}

/** More than any destination of the templates takes in a second, and no more than EventBridge sends by itself. */
const BURST = 120;

/** Events of a size that a stream takes, and more of them than the largest buffer does. */
const LARGE_TEXT = 1_000_000;
const FULL_BUFFER = 137;

/** What rules, and what they need, is told apart where they are on. */
const OF_RULES = ['AWS::Events::Rule', 'AWS::Lambda::Permission', 'AWS::SQS::QueuePolicy'];

/** The first meets everything; the others meet what is switched off, what is rare, what comes all at once, and what fills a buffer. */
export const SCENARIOS: readonly [Scenario, ...Scenario[]] = [
  { name: 'run', concerns: () => true, events: corpusFor },
  {
    name: 'run with all rules enabled',
    concerns: ({ type, place }, template) => OF_RULES.includes(type) && !place.endsWith('.State')
      && template.ofType('AWS::Events::Rule').some(({ properties }) => properties.State === 'DISABLED'),
    events: corpusFor,
    prepare: withRulesEnabled,
  },
  {
    name: 'types',
    concerns: ({ place }) => place.endsWith('.ParameterValue'),
    events: ordersOfEachType,
    prepare: withoutFanOut,
  },
  {
    name: 'burst',
    concerns: ({ place }) => place.includes('InvocationRateLimitPerSecond'),
    events: () => [...ordersOf(BURST), ...parameterChanges(BURST)],
    atOnce: true,
  },
  {
    name: 'full buffer',
    concerns: ({ place }) => place.includes('BufferingHints'),
    events: () => parameterChanges(FULL_BUFFER, 'x'.repeat(LARGE_TEXT)),
    prepare: withoutFanOut,
    atOnce: true,
  },
];

function withRulesEnabled(template: object): object {
  return withRules(template, rule => (rule.Properties as JsonObject).State === 'DISABLED' ? { ...rule, Properties: { ...rule.Properties as JsonObject, State: 'ENABLED' } } : rule);
}

/** Large events are for the stream alone. */
function withoutFanOut(template: object): object {
  return withRules(template, (rule, logicalId) => /FanOut|OnEvent/.test(logicalId) ? { ...rule, Properties: { ...rule.Properties as JsonObject, State: 'DISABLED' } } : rule);
}

function withRules(template: object, change: (rule: JsonObject, logicalId: string) => JsonObject): object {
  const { Resources: resources } = template as { Resources: { [logicalId: string]: JsonObject } };
  const changed = Object.entries(resources).map(([id, resource]) => [id, resource.Type === 'AWS::Events::Rule' ? change(resource, id) : resource]);
  return { ...template, Resources: Object.fromEntries(changed) as object };
}
