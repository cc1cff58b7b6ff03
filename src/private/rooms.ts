// Where the constructs live that a user adds to an archive by name.

import { Construct } from 'constructs';
import { invalid, show } from './validate';

/** The scope below the archive for what is added under ids of the user's; fails when the id is taken. */
export function roomFor(archive: Construct, room: string, method: string, id: string): Construct {
  if (id === '') invalid(method, 'an empty id', 'give a name');
  const scope = archive.node.tryFindChild(room) as Construct | undefined ?? new Construct(archive, room);
  if (scope.node.tryFindChild(id)) invalid(method, `the id ${show(id)} twice`, 'give each an id of its own');
  return scope;
}
