import { Construct } from 'constructs';
/** The construct. */
export class EventAuditArchive extends Construct {
  /** Makes one. */
  constructor(scope: Construct, id: string) { super(scope, id); }
}
