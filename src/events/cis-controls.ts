// The monitoring controls of the CIS AWS Foundations Benchmark, as data. The benchmark gives each as a filter of log lines in CloudWatch.
// Where a filter has a hole, what is beside it is added: an audit that misses an event is worse than one with an event more.

/** A control that asks for calls of one service by their names. */
export interface CallControl {
  /** The part of the control's ids after the dot. */
  readonly number: number;
  /** The service, as its `eventSource` begins. */
  readonly service: string;
  /** The calls that the benchmark lists, in any of its versions. */
  readonly listed: readonly string[];
  /** The calls that it does not list, though they come to the same. */
  readonly added: readonly string[];
}

/** The controls with a pattern that is not a list of calls, by the part of their ids after the dot. */
export const UNAUTHORIZED_API_CALLS = 1;
export const SIGN_INS_WITHOUT_MFA = 2;
export const ROOT_ACTIVITY = 3;
export const SIGN_IN_FAILURES = 6;

/** A policy's default version decides what it allows, a trust policy who has a role, a boundary what of both is left. */
export const IAM_POLICY_CHANGES: CallControl = {
  number: 4,
  service: 'iam',
  listed: [
    'PutGroupPolicy', 'DeleteGroupPolicy', 'PutRolePolicy', 'DeleteRolePolicy', 'PutUserPolicy', 'DeleteUserPolicy', 'CreatePolicy', 'DeletePolicy',
    'CreatePolicyVersion', 'DeletePolicyVersion', 'AttachRolePolicy', 'DetachRolePolicy', 'AttachUserPolicy', 'DetachUserPolicy', 'AttachGroupPolicy',
    'DetachGroupPolicy',
  ],
  added: [
    'SetDefaultPolicyVersion', 'UpdateAssumeRolePolicy', 'PutRolePermissionsBoundary', 'DeleteRolePermissionsBoundary', 'PutUserPermissionsBoundary',
    'DeleteUserPermissionsBoundary',
  ],
};

/** A trail whose selectors are emptied logs nothing, and is not stopped. */
export const TRAIL_CHANGES: CallControl = {
  number: 5,
  service: 'cloudtrail',
  listed: ['CreateTrail', 'UpdateTrail', 'DeleteTrail', 'StartLogging', 'StopLogging'],
  added: ['PutEventSelectors', 'PutInsightSelectors'],
};

/** A key without its imported material decrypts nothing, at once. */
export const KEY_DISABLING_AND_DELETION: CallControl = {
  number: 7,
  service: 'kms',
  listed: ['DisableKey', 'ScheduleKeyDeletion'],
  added: ['DeleteImportedKeyMaterial'],
};

/**
 * What else decides who reaches a bucket, and whether its objects can be had back. The call for Object Lock is there under both names that S3
 * has for it: its guide does not say which of them CloudTrail records.
 */
export const BUCKET_POLICY_CHANGES: CallControl = {
  number: 8,
  service: 's3',
  listed: [
    'PutBucketAcl', 'PutBucketPolicy', 'PutBucketCors', 'PutBucketLifecycle', 'PutBucketReplication', 'DeleteBucketPolicy', 'DeleteBucketCors',
    'DeleteBucketLifecycle', 'DeleteBucketReplication',
  ],
  added: [
    'PutBucketPublicAccessBlock', 'DeleteBucketPublicAccessBlock', 'PutAccountPublicAccessBlock', 'DeleteAccountPublicAccessBlock', 'PutBucketVersioning',
    'PutBucketObjectLockConfiguration', 'PutObjectLockConfiguration', 'PutBucketEncryption', 'DeleteBucketEncryption',
  ],
};

/** A recorder that is deleted records no more than one that is stopped. */
export const CONFIG_CHANGES: CallControl = {
  number: 9,
  service: 'config',
  listed: ['StopConfigurationRecorder', 'PutConfigurationRecorder', 'PutDeliveryChannel', 'DeleteDeliveryChannel'],
  added: ['DeleteConfigurationRecorder'],
};

/** The call that changes a rule of a group in place is in the benchmark since v5. */
export const SECURITY_GROUP_CHANGES: CallControl = {
  number: 10,
  service: 'ec2',
  listed: [
    'AuthorizeSecurityGroupIngress', 'AuthorizeSecurityGroupEgress', 'RevokeSecurityGroupIngress', 'RevokeSecurityGroupEgress', 'CreateSecurityGroup',
    'DeleteSecurityGroup', 'ModifySecurityGroupRules',
  ],
  added: [],
};

export const NETWORK_ACL_CHANGES: CallControl = {
  number: 11,
  service: 'ec2',
  listed: [
    'CreateNetworkAcl', 'DeleteNetworkAcl', 'CreateNetworkAclEntry', 'DeleteNetworkAclEntry', 'ReplaceNetworkAclEntry', 'ReplaceNetworkAclAssociation',
  ],
  added: [],
};

/** The gateways that came after the benchmark's list, which lead out of a VPC as well. */
export const NETWORK_GATEWAY_CHANGES: CallControl = {
  number: 12,
  service: 'ec2',
  listed: [
    'CreateCustomerGateway', 'DeleteCustomerGateway', 'CreateInternetGateway', 'DeleteInternetGateway', 'AttachInternetGateway', 'DetachInternetGateway',
  ],
  added: [
    'CreateEgressOnlyInternetGateway', 'DeleteEgressOnlyInternetGateway', 'CreateNatGateway', 'DeleteNatGateway', 'CreateVpnGateway', 'DeleteVpnGateway',
    'AttachVpnGateway', 'DetachVpnGateway', 'CreateTransitGateway', 'ModifyTransitGateway', 'DeleteTransitGateway', 'CreateTransitGatewayVpcAttachment',
    'ModifyTransitGatewayVpcAttachment', 'DeleteTransitGatewayVpcAttachment',
  ],
};

/** A subnet that had no table of its own gets one by association, which replaces none. */
export const ROUTE_TABLE_CHANGES: CallControl = {
  number: 13,
  service: 'ec2',
  listed: [
    'CreateRoute', 'DeleteRoute', 'ReplaceRoute', 'CreateRouteTable', 'DeleteRouteTable', 'ReplaceRouteTableAssociation', 'DisassociateRouteTable',
  ],
  added: ['AssociateRouteTable'],
};

/** The names of the calls for EC2-Classic are those of the benchmark. */
export const VPC_CHANGES: CallControl = {
  number: 14,
  service: 'ec2',
  listed: [
    'CreateVpc', 'DeleteVpc', 'ModifyVpcAttribute', 'CreateVpcPeeringConnection', 'AcceptVpcPeeringConnection', 'RejectVpcPeeringConnection',
    'DeleteVpcPeeringConnection', 'AttachClassicLinkVpc', 'DetachClassicLinkVpc', 'EnableVpcClassicLink', 'DisableVpcClassicLink',
  ],
  added: [],
};

/** Since v1.4. */
export const ORGANIZATIONS_CHANGES: CallControl = {
  number: 15,
  service: 'organizations',
  listed: [
    'AcceptHandshake', 'DeclineHandshake', 'AttachPolicy', 'DetachPolicy', 'CreatePolicy', 'UpdatePolicy', 'DeletePolicy', 'EnablePolicyType',
    'DisablePolicyType', 'CreateAccount', 'CreateOrganizationalUnit', 'UpdateOrganizationalUnit', 'DeleteOrganizationalUnit',
    'InviteAccountToOrganization', 'MoveAccount', 'RemoveAccountFromOrganization', 'LeaveOrganization', 'DeleteOrganization',
  ],
  added: [],
};

/**
 * All controls that ask for calls. Those of IAM and Organizations, whose calls appear in us-east-1 only, come first, so that they stand in
 * one pattern.
 */
export const CALL_CONTROLS: readonly CallControl[] = [
  IAM_POLICY_CHANGES, ORGANIZATIONS_CHANGES, TRAIL_CHANGES, KEY_DISABLING_AND_DELETION, BUCKET_POLICY_CHANGES, CONFIG_CHANGES, SECURITY_GROUP_CHANGES,
  NETWORK_ACL_CHANGES, NETWORK_GATEWAY_CHANGES, ROUTE_TABLE_CHANGES, VPC_CHANGES,
];

/** How a control is numbered: the chapter on monitoring has moved, its controls have not. */
export const CIS_CHAPTERS: ReadonlyArray<{ readonly chapter: number; readonly versions: string; readonly last: number }> = [
  { chapter: 3, versions: 'v1.2', last: 14 },
  { chapter: 4, versions: 'v1.4 to v5', last: 15 },
  { chapter: 5, versions: 'v6 and v7', last: 15 },
];

/** The last of the chapter asks for Security Hub to be on, of which no event tells. */
export const SECURITY_HUB_IDS: readonly string[] = ['4.16', '5.16'];
