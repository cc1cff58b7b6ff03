// The fields of CloudTrail's records as columns, as Athena's guide declares them.

import type * as glue from 'aws-cdk-lib/aws-glue';

const SESSION_CONTEXT = [
  'attributes:struct<mfaauthenticated:string,creationdate:string>',
  'sessionissuer:struct<type:string,principalid:string,arn:string,accountid:string,username:string>',
  'ec2roledelivery:string',
  // The guide has a map of the provider's attributes beside it, of which no two providers have the same.
  'webidfederationdata:struct<federatedprovider:string>',
  // Beyond the guide: with what is below, who somebody is.
  'sourceidentity:string',
];

const USER_IDENTITY = [
  'type:string', 'principalid:string', 'arn:string', 'accountid:string', 'invokedby:string', 'accesskeyid:string', 'username:string',
  'onbehalfof:struct<userid:string,identitystorearn:string>', 'identityprovider:string',
  `sessioncontext:struct<${SESSION_CONTEXT.join(',')}>`,
];

/**
 * The columns of the table over a trail's log files. Fields whose form differs from service to service, such as `requestparameters`, are
 * JSON text.
 * @see https://docs.aws.amazon.com/athena/latest/ug/create-cloudtrail-table-partition-projection.html
 */
export const TRAIL_LOG_COLUMNS: readonly glue.CfnTable.ColumnProperty[] = Object.entries({
  eventversion: 'string',
  useridentity: `struct<${USER_IDENTITY.join(',')}>`,
  eventtime: 'string',
  eventsource: 'string',
  eventname: 'string',
  awsregion: 'string',
  sourceipaddress: 'string',
  useragent: 'string',
  errorcode: 'string',
  errormessage: 'string',
  requestparameters: 'string',
  responseelements: 'string',
  additionaleventdata: 'string',
  requestid: 'string',
  eventid: 'string',
  readonly: 'string',
  resources: 'array<struct<arn:string,accountid:string,type:string>>',
  eventtype: 'string',
  apiversion: 'string',
  recipientaccountid: 'string',
  serviceeventdetails: 'string',
  sharedeventid: 'string',
  vpcendpointid: 'string',
  vpcendpointaccountid: 'string',
  eventcategory: 'string',
  addendum: 'struct<reason:string,updatedfields:string,originalrequestid:string,originaleventid:string>',
  sessioncredentialfromconsole: 'string',
  edgedevicedetails: 'string',
  tlsdetails: 'struct<tlsversion:string,ciphersuite:string,clientprovidedhostheader:string>',
}).map(([name, type]) => ({ name, type }));
