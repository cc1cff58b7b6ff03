// The tests of a room as one file, so that aws-cdk-lib is loaded once for each mutant and not once for each file of tests.

import * as path from 'node:path';
import { testsOf } from './rooms';

for (const file of testsOf(process.env.STRYKER_ROOM!)) {
  describe(path.basename(file), () => { jest.requireActual(file); });
}
