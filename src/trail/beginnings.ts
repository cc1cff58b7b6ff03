// Whether a text certainly begins with another one, where only the deployment knows parts of either.

/** Whether a resolved value begins with another, whatever their intrinsic functions come to. What is not certain is not said. */
export function certainlyBeginsWith(value: unknown, beginning: unknown): boolean {
  const [parts, wanted] = [partsOf(value), partsOf(beginning)];
  const last = wanted.length - 1;
  return wanted.every((part, index) => {
    const own = parts[index];
    if (index === last && typeof part === 'string' && typeof own === 'string') return own.startsWith(part);
    return own !== undefined && JSON.stringify(own) === JSON.stringify(part);
  });
}

/** The texts and the intrinsic functions of a value, one after the other; no two texts beside each other. */
function partsOf(value: unknown): unknown[] {
  const parts: unknown[] = [];
  for (const part of joinedIn(value)) {
    const previous = parts[parts.length - 1];
    if (typeof part === 'string' && typeof previous === 'string') parts[parts.length - 1] = previous + part;
    else parts.push(part);
  }
  return parts;
}

/** CDK joins without a delimiter. Another `Fn::Join` is one part, which is equal only to itself. */
function joinedIn(value: unknown): unknown[] {
  const join = (value as { readonly 'Fn::Join'?: unknown } | null)?.['Fn::Join'];
  if (!Array.isArray(join)) return [value];
  const [delimiter, parts] = join;
  return delimiter === '' && Array.isArray(parts) ? parts.flatMap(joinedIn) : [value];
}
