// Which of the calls that the CIS controls list there are in more than one of the listed services. test/reference holds it against the
// services' own models.

/** The services that the controls name. */
export const CIS_SERVICES: readonly string[] = ['iam', 'organizations', 'cloudtrail', 'kms', 's3', 'config', 'ec2'];

/** By botocore 1.44.5: of all names that the controls list, these are operations of several of the services. */
export const CALLS_OF_SEVERAL_SERVICES: { readonly [name: string]: readonly string[] } = {
  CreatePolicy: ['iam', 'organizations'],
  DeletePolicy: ['iam', 'organizations'],
};

/**
 * The services among them that have a call by this name: those in the table, else the one for which it is listed.
 *
 * @param listed the service and the name of each listed call
 */
export function servicesWithCall(name: string, listed: ReadonlySet<string>): readonly string[] {
  return CALLS_OF_SEVERAL_SERVICES[name] ?? CIS_SERVICES.filter(service => listed.has(`${service} ${name}`));
}
