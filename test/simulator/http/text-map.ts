/** Maps of a template whose keys are the user's own and whose values are text. */

import type { Properties } from '../template/properties';

/** A map's values by their keys; an absent map is an empty one. */
export function textMap(properties: Properties, name: string): { readonly [key: string]: string } {
  const map = properties.optionalObject(name);
  return Object.fromEntries(Object.keys(map?.json ?? {}).map(key => [key, map!.text(key)]));
}
