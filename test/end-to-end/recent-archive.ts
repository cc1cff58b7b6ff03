// An archive that begins a few days ago. A query that reads a whole archive asks for each partition that may be there: for months of
// them Trino takes a quarter of a minute, and finds nothing in most.

import type { Stack } from 'aws-cdk-lib';
import type { EventAuditArchiveProps } from '../../src';
import { PropsOrFactory, synthesize as synthesizeArchive, SynthesizeOptions, Synthesized } from '../synthesize';

/** Long enough before any event of a run. */
export const FIRST_DATE = new Date(Date.now() - 3 * 86_400_000).toISOString().slice(0, 10);

/** As `synthesize` of all tests, but for the first date. */
export function synthesize(props: PropsOrFactory = {}, options?: SynthesizeOptions): Synthesized {
  return synthesizeArchive(typeof props === 'function' ? (stack: Stack) => recent(props(stack)) : recent(props), options);
}

function recent(props: EventAuditArchiveProps): EventAuditArchiveProps {
  return { ...props, catalog: { ...props.catalog, firstDate: props.catalog?.firstDate ?? FIRST_DATE } };
}
