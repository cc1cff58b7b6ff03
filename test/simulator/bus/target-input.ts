/** What of an event a rule sends to its target: all of it, a part, a constant, or a template filled in. */

import { InputTransformer, isJson, TransformContext } from './input-transformer';
import { JsonPath } from './json-path';
import { readFirstJson, writeJson } from '../catalog/json-text';
import { textMap } from '../http/text-map';
import type { Properties } from '../template/properties';

/** What is sent, and whether EventBridge would fail the event over it; or why that is not known. */
export type RenderedInput = { readonly text: string; readonly fails: boolean } | { readonly unknown: string };

/** The properties by which a target says what it is sent; EventBridge takes one of them. */
const KINDS = ['Input', 'InputPath', 'InputTransformer'] as const;

/** A target's input, as the template declares it. */
export class TargetInput {
  private readonly rendering: (data: string, context: TransformContext) => RenderedInput;

  public constructor(target: Properties) {
    const given = KINDS.filter(kind => target.has(kind));
    if (given.length > 1) target.fail(given[1], `got ${given.join(' and ')}; EventBridge takes only one of ${KINDS.join(', ')}`);
    this.rendering = RENDERINGS[given[0] ?? 'WholeEvent'](target);
  }

  /** What is sent of an event. */
  public render(data: string, context: TransformContext): RenderedInput {
    try {
      return this.rendering(data, context);
    } catch (error) {
      if (error instanceof RangeError) return { unknown: 'the event is nested too deeply to be read here' };
      throw error;
    }
  }
}

const RENDERINGS: { readonly [kind in typeof KINDS[number] | 'WholeEvent']: (target: Properties) => TargetInput['render'] } = {
  WholeEvent: () => data => ({ text: data, fails: false }),
  Input: target => {
    const text = target.text('Input');
    if (!isJson(text)) target.fail('Input', 'is not a valid JSON text');
    return () => ({ text, fails: false });
  },
  InputPath: target => {
    const text = target.text('InputPath');
    const path = checked(target, 'InputPath', () => new JsonPath(text));
    return data => {
      const value = path.find(readFirstJson(data));
      return value === undefined
        ? { unknown: `the event has nothing at ${text}; what EventBridge sends then is not known` }
        : { text: writeJson(value), fails: false };
    };
  },
  InputTransformer: target => {
    const properties = target.object('InputTransformer');
    const template = properties.text('InputTemplate');
    const paths = textMap(properties, 'InputPathsMap');
    const transformer = checked(target, 'InputTransformer', () => new InputTransformer({ template, paths }));
    return (data, context) => {
      const text = transformer.render(data, context);
      return { text, fails: transformer.fails(text) };
    };
  },
};

function checked<T>(target: Properties, property: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    return target.fail(property, (error as Error).message);
  }
}
