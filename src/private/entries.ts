// What users give by name.

/**
 * The entries by name. In the order of the map's own a template would change from one synthesis to the next in the languages whose maps
 * have another order in each run.
 */
export function entriesByName<T>(map: { readonly [name: string]: T } = {}): Array<[string, T]> {
  return Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1));
}
