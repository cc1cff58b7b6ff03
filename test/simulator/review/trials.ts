/** Whether queries find what streams write, told by what they wrote of events that are made up. */

import type { CatalogSearch } from '../catalog/catalog-search';
import type { Trial } from '../delivery/stream-trial';
import type { Delivery } from '../ledger';

/** A sentence for each way that leads elsewhere; the kinds of error records go the same way, so that one of them stands for all. */
export async function trialFaults(trials: readonly Trial[], search: CatalogSearch): Promise<string[]> {
  const [events, errors] = [await search.events(trials.flatMap(trial => trial.events)), await search.errors(trials.flatMap(trial => trial.errors))];
  return trials.flatMap(({ logicalId, events: written, errors: [error, ...others] }) => {
    const lost = [error, ...others].find(trial => errors.missing.has(trial));
    const [missing] = written.filter(trial => events.missing.has(trial));
    const readers = search.readersOf(error.object!);
    return [
      ...missing ? [`${logicalId}: no query would find two events in one object, ${placeOf(missing)} for example: ${events.missing.get(missing)}`] : [],
      ...lost ? [`${logicalId}: no query would find its error records, ${placeOf(lost)} for example: ${errors.missing.get(lost)}`] : [],
      ...readers.length > 0 ? [`${logicalId}: its error records would stand among the events: ${readers.join(', ')} reads ${placeOf(error)}`] : [],
    ];
  });
}

function placeOf({ object }: Delivery): string {
  return `s3://${object!.bucket}/${object!.key}`;
}
