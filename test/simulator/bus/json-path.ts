/** The JSON paths of a rule's target, as far as it is known what EventBridge makes of them: `$`, `.key` and `[index]`. */

import type { JsonText } from '../catalog/json-text';

const PATH = /^\$(?:\.[A-Za-z0-9_-]+|\[\d+\])*$/;
const STEP = /\.([A-Za-z0-9_-]+)|\[(\d+)\]/g;

/** EventBridge's limit. @see https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_Target.html */
const MAX_LENGTH = 256;

/** A path to a value of an event. */
export class JsonPath {
  private readonly steps: (string | number)[];

  public constructor(text: string) {
    if (text.length > MAX_LENGTH) throw new Error(`the path has ${text.length} characters; EventBridge takes ${MAX_LENGTH}`);
    if (!PATH.test(text)) throw new Error(`the simulator does not know the path ${JSON.stringify(text)}; it knows $, .key and [index]`);
    this.steps = [...text.matchAll(STEP)].map(([, key, index]) => key ?? Number(index));
  }

  /** The value, or nothing where the event has none. */
  public find(event: JsonText): JsonText | undefined {
    return this.steps.reduce<JsonText | undefined>((value, step) => {
      if (typeof step === 'number') return Array.isArray(value) ? value[step] : undefined;
      return value instanceof Map ? value.get(step) : undefined;
    }, event);
  }
}
