/** What S3 asks of lifecycle rules when a bucket is created. What the rules do comes after a run. */

import { Properties } from '../template/properties';
import type { SimulatedTemplate } from '../template/template';

/** Throws at the first rule that S3 would refuse. @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_LifecycleRule.html */
export function checkLifecycleRules(template: SimulatedTemplate): void {
  for (const bucket of template.ofType('AWS::S3::Bucket')) {
    const rules = Properties.of(bucket).optionalObject('LifecycleConfiguration')?.objects('Rules') ?? [];
    for (const rule of rules) rule.oneOf('Status', ['Enabled', 'Disabled']);
  }
}
