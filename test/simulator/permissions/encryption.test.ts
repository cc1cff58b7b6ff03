import type { Faults } from '../bus/rule-target';
import { bucketRule, byKey, deliveryKeyStatement, encrypted, keyStatements } from '../samples/sample-encryption';
import { destination, run, sampleEvent, sampleTemplate, simulate, Template, TEST_ENGINES } from '../samples/sample-template';
import { temporaryFolder } from '../samples/temporary-folder';
import { Simulation, SimulationOptions } from '../simulation';
import { SimulatedTemplate } from '../template/template';

type Change = (template: Template) => void;

const throttled: Faults = () => 'throttled';
const ELSEWHERE = 'arn:aws:kms:us-east-1:123456789012:key/elsewhere';
const KEY_ARN = { 'Fn::GetAtt': ['Key', 'Arn'] };
const BUCKET_ARN = { 'Fn::GetAtt': ['Archive', 'Arn'] };
const OBJECT_ARNS = { 'Fn::Join': ['', [BUCKET_ARN, '/*']] };

/** One event through the encrypted template. */
function deliver(change?: Change, options?: Partial<SimulationOptions>): Promise<Simulation> {
  return run(simulate(encrypted(change), options), sampleEvent(1));
}

/** Why the creation of something fails. */
function refusal(change: Change): () => unknown {
  return () => simulate(encrypted(change));
}

function conditionOfDelivery(template: Template): any {
  return deliveryKeyStatement(template).Condition.StringEquals;
}

function streamEncryption(template: Template): any {
  return template.Resources.Stream.Properties.DeliveryStreamEncryptionConfigurationInput;
}

/** Has Firehose name the key, whatever the bucket has. */
function streamsOwnKey(bucketKeyEnabled: boolean, next: Change = () => undefined): Change {
  return template => {
    destination(template).EncryptionConfiguration = { KMSEncryptionConfig: { AWSKMSKeyARN: KEY_ARN } };
    template.Resources.Archive.Properties.BucketEncryption = {
      ServerSideEncryptionConfiguration: [{ BucketKeyEnabled: bucketKeyEnabled, ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
    };
    next(template);
  };
}

describe('an object in a bucket with a key', () => {
  test('is written when the delivery role may use the key', async () => {
    expect((await deliver()).ledger).toMatchObject({ archived: 1, lost: 0 });
  });

  test('is recorded with the key, and without one where S3 uses its own', async () => {
    const byS3: Change = t => { delete t.Resources.Archive.Properties.BucketEncryption; };
    const { ledger: { writtenObjects: [object] } } = await deliver();
    expect(object.encryptedBy).toMatch(/^arn:aws:kms:us-east-1:123456789012:key\/[-0-9a-f]{36}$/);
    expect((await deliver(byS3)).ledger.writtenObjects[0].encryptedBy).toBeUndefined();
  });

  test.each(['kms:Decrypt', 'kms:GenerateDataKey'])('cannot be written without %s', async action => {
    const without: Change = t => { deliveryKeyStatement(t).Action = ['kms:Decrypt', 'kms:GenerateDataKey'].filter(name => name !== action); };
    await expect(deliver(without)).rejects.toThrow(new RegExp(
      `^Stream: the delivery role may not ${action} on arn:aws:kms:us-east-1:123456789012:key/[-0-9a-f]{36}`
      + ', kms:viaservice s3.us-east-1.amazonaws.com, kms:encryptioncontext:aws:s3:arn arn:aws:s3:::simulated-archive-[a-z0-9]+$'));
  });

  test.each<[string, Change]>([
    ['for another service', t => { conditionOfDelivery(t)['kms:ViaService'] = 'sqs.us-east-1.amazonaws.com'; }],
    ['for S3 in another Region', t => { conditionOfDelivery(t)['kms:ViaService'] = 's3.eu-west-1.amazonaws.com'; }],
    ['for another bucket', t => { conditionOfDelivery(t)['kms:EncryptionContext:aws:s3:arn'] = 'arn:aws:s3:::other'; }],
    ['for another encryption context', t => { conditionOfDelivery(t)['kms:EncryptionContext:aws:sqs:arn'] = BUCKET_ARN; }],
    ['for another key', t => { deliveryKeyStatement(t).Resource = ELSEWHERE; }],
    ['in another account', t => { conditionOfDelivery(t)['kms:CallerAccount'] = '999999999999'; }],
  ])('cannot be written with a permission %s', async (_name, change) => {
    await expect(deliver(change)).rejects.toThrow('the delivery role may not kms:Decrypt on arn:aws:kms:');
  });

  test.each<[string, unknown]>([
    ['the id', { Ref: 'Key' }],
    ['an alias', 'alias/audit'],
    ['an alias\'s ARN', 'arn:aws:kms:us-east-1:123456789012:alias/audit'],
  ])('is written where the bucket names the key by %s', async (_name, name) => {
    const named: Change = t => {
      t.Resources.Alias = { Type: 'AWS::KMS::Alias', Properties: { AliasName: 'alias/audit', TargetKeyId: KEY_ARN } };
      bucketRule(t).ServerSideEncryptionByDefault.KMSMasterKeyID = name;
    };
    expect((await deliver(named)).ledger).toMatchObject({ archived: 1, lost: 0 });
    await expect(deliver(t => { named(t); deliveryKeyStatement(t).Action = 'kms:Decrypt'; })).rejects.toThrow('may not kms:GenerateDataKey');
  });

  test('has its bucket as the encryption context with a bucket key, otherwise itself', async () => {
    const forObjects: Change = t => {
      deliveryKeyStatement(t).Condition = { StringLike: { 'kms:EncryptionContext:aws:s3:arn': OBJECT_ARNS } };
    };
    const withoutBucketKey: Change = t => { delete bucketRule(t).BucketKeyEnabled; };
    await expect(deliver(forObjects)).rejects.toThrow('may not kms:Decrypt');
    await expect(deliver(withoutBucketKey)).rejects.toThrow(/may not kms:Decrypt on .*, kms:encryptioncontext:aws:s3:arn arn:aws:s3:::simulated-archive-[a-z0-9]+\/events\//);
    await expect(deliver(t => { forObjects(t); withoutBucketKey(t); })).resolves.toBeDefined();
  });

  test('needs its key\'s policy to leave it to the role\'s policies, or to name the role', async () => {
    const ofRules = { Principal: { AWS: { 'Fn::GetAtt': ['RulesRole', 'Arn'] } }, Action: 'kms:*' };
    const withoutAccount: Change = t => {
      keyStatements(t).all.push({ ...keyStatements(t).account, ...ofRules });
      keyStatements(t).account.Action = 'kms:CreateGrant';
    };
    const namesRole: Change = t => { keyStatements(t).all.push({ ...keyStatements(t).account, Principal: { AWS: { 'Fn::GetAtt': ['DeliveryRole', 'Arn'] } }, Action: 'kms:*' }); };
    const withoutStatement: Change = t => { t.Resources.DeliveryPolicy.Properties.PolicyDocument.Statement.pop(); };
    await expect(deliver(withoutAccount)).rejects.toThrow('may not kms:Decrypt');
    await expect(deliver(withoutStatement)).rejects.toThrow('may not kms:Decrypt');
    await expect(deliver(t => { withoutAccount(t); namesRole(t); })).resolves.toBeDefined();
    await expect(deliver(t => { withoutStatement(t); namesRole(t); })).resolves.toBeDefined();
  });

  test('cannot be written when the key\'s policy forbids it, or the role\'s', async () => {
    const deny = { Effect: 'Deny', Action: 'kms:GenerateDataKey', Resource: '*', Condition: { StringLike: { 'kms:ViaService': 's3.*' } } };
    const role = { AWS: { 'Fn::GetAtt': ['DeliveryRole', 'Arn'] } };
    await expect(deliver(t => { keyStatements(t).all.push({ ...deny, Principal: role }); })).rejects.toThrow('may not kms:GenerateDataKey');
    await expect(deliver(t => { keyStatements(t).all.push({ ...deny, Principal: keyStatements(t).account.Principal }); })).rejects.toThrow('may not kms:GenerateDataKey');
    await expect(deliver(t => { t.Resources.DeliveryPolicy.Properties.PolicyDocument.Statement.push(deny); })).rejects.toThrow('may not kms:GenerateDataKey');
  });

  test('of the account\'s own key for S3 needs no permission', async () => {
    const withoutStatement = (name: object): Change => t => {
      Object.assign(bucketRule(t), { ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', ...name } });
      t.Resources.DeliveryPolicy.Properties.PolicyDocument.Statement.pop();
    };
    await expect(deliver(withoutStatement({}))).resolves.toBeDefined();
    await expect(deliver(withoutStatement({ KMSMasterKeyID: 'alias/aws/s3' }))).resolves.toBeDefined();
    await expect(deliver(withoutStatement({ KMSMasterKeyID: KEY_ARN }))).rejects.toThrow('may not kms:Decrypt');
  });

  test('in China needs a permission for S3 by either name', async () => {
    const inChina = async (viaService: string) => {
      const template = sampleTemplate(encrypted(t => {
        deliveryKeyStatement(t).Condition = { StringLike: { 'kms:ViaService': viaService } };
      }));
      const deployed = SimulatedTemplate.parse(template, { partition: 'aws-cn', region: 'cn-north-1', urlSuffix: 'amazonaws.com.cn' });
      return run(Simulation.create(deployed, { engines: TEST_ENGINES, folder: temporaryFolder() }), sampleEvent(1));
    };
    await expect(inChina('s3.cn-north-1.amazonaws.com*')).resolves.toBeDefined();
    await expect(inChina('s3.cn-north-1.amazonaws.com')).rejects.toThrow('kms:viaservice s3.cn-north-1.amazonaws.com.cn');
    await expect(inChina('s3.cn-north-1.amazonaws.com.cn')).rejects.toThrow('kms:viaservice s3.cn-north-1.amazonaws.com,');
  });
});

describe('a key that the stream names', () => {
  const permission = (...arns: object[]): Change => t => { deliveryKeyStatement(t).Condition = { StringLike: { 'kms:EncryptionContext:aws:s3:arn': arns } }; };

  test('encrypts the objects of a bucket without one, each for itself', async () => {
    await expect(deliver(streamsOwnKey(false, permission(OBJECT_ARNS)))).resolves.toBeDefined();
    await expect(deliver(streamsOwnKey(false, permission(BUCKET_ARN)))).rejects.toThrow('may not kms:Decrypt');
  });

  test('needs permissions for the bucket and for the objects where a bucket key may be used or not', async () => {
    await expect(deliver(streamsOwnKey(true, permission(BUCKET_ARN, OBJECT_ARNS)))).resolves.toBeDefined();
    await expect(deliver(streamsOwnKey(true, permission(BUCKET_ARN)))).rejects.toThrow('may not kms:Decrypt');
    await expect(deliver(streamsOwnKey(true, permission(OBJECT_ARNS)))).rejects.toThrow('may not kms:Decrypt');
  });

  test('needs both permissions in a bucket that does not say how it encrypts', async () => {
    const silent = (...arns: object[]): Change => streamsOwnKey(false, t => {
      permission(...arns)(t);
      delete t.Resources.Archive.Properties.BucketEncryption;
    });
    await expect(deliver(silent(BUCKET_ARN, OBJECT_ARNS))).resolves.toBeDefined();
    await expect(deliver(silent(BUCKET_ARN))).rejects.toThrow(/may not kms:Decrypt on .*, kms:encryptioncontext:aws:s3:arn arn:aws:s3:::simulated-archive-[a-z0-9]+\/events\//);
    await expect(deliver(silent(OBJECT_ARNS))).rejects.toThrow(/may not kms:Decrypt on .*, kms:encryptioncontext:aws:s3:arn arn:aws:s3:::simulated-archive-[a-z0-9]+$/);
  });

  test('needs both permissions in a bucket from elsewhere too', async () => {
    const elsewhere = (...arns: string[]): Change => t => {
      destination(t).BucketARN = 'arn:aws:s3:::elsewhere';
      destination(t).EncryptionConfiguration = { KMSEncryptionConfig: { AWSKMSKeyARN: KEY_ARN } };
      for (const statement of t.Resources.DeliveryPolicy.Properties.PolicyDocument.Statement.slice(0, 2)) statement.Resource = 'arn:aws:s3:::elsewhere*';
      deliveryKeyStatement(t).Condition = { StringLike: { 'kms:EncryptionContext:aws:s3:arn': arns } };
    };
    await expect(deliver(elsewhere('arn:aws:s3:::elsewhere', 'arn:aws:s3:::elsewhere/*'))).resolves.toBeDefined();
    await expect(deliver(elsewhere('arn:aws:s3:::elsewhere/*'))).rejects.toThrow('may not kms:Decrypt');
  });

  test('goes before the bucket\'s', async () => {
    const own: Change = t => {
      t.Resources.StreamKey = { ...t.Resources.Key };
      destination(t).EncryptionConfiguration = { KMSEncryptionConfig: { AWSKMSKeyARN: { 'Fn::GetAtt': ['StreamKey', 'Arn'] } } };
    };
    await expect(deliver(own)).rejects.toThrow('may not kms:Decrypt');
    await expect(deliver(t => { own(t); deliveryKeyStatement(t).Resource = { 'Fn::GetAtt': ['StreamKey', 'Arn'] }; })).resolves.toBeDefined();
  });

  test('is not there when the stream says so: the bucket\'s encryption applies', async () => {
    const none: Change = t => { destination(t).EncryptionConfiguration = { NoEncryptionConfig: 'NoEncryption' }; };
    await expect(deliver(none)).resolves.toBeDefined();
    await expect(deliver(t => { none(t); deliveryKeyStatement(t).Action = 'kms:Decrypt'; })).rejects.toThrow('may not kms:GenerateDataKey');
  });
});

describe('a dead letter to a queue with a key', () => {
  const outcome = async (change?: Change) => {
    const { ledger } = await deliver(change, { faults: throttled });
    return [ledger.deadLettered, ledger.unaccounted().map(({ detail }) => detail).join()];
  };

  test('arrives when the key\'s policy lets EventBridge use it for the rule', async () => {
    expect(await outcome()).toEqual([1, '']);
  });

  test.each<[string, Change, string]>([
    ['the key\'s policy does not name EventBridge', t => { keyStatements(t).events.Principal = { Service: 'sns.amazonaws.com' }; }, 'kms:Decrypt'],
    ['the key\'s policy lacks kms:Decrypt', t => { keyStatements(t).events.Action = 'kms:GenerateDataKey'; }, 'kms:Decrypt'],
    ['the key\'s policy lacks kms:GenerateDataKey', t => { keyStatements(t).events.Action = 'kms:Decrypt'; }, 'kms:GenerateDataKey'],
    ['the key\'s policy names another rule', t => { keyStatements(t).events.Condition.ArnLike['aws:SourceArn'] = 'arn:aws:events:us-east-1:123456789012:rule/other'; }, 'kms:Decrypt'],
    ['the key\'s policy names another account', t => { keyStatements(t).events.Condition.StringEquals['aws:SourceAccount'] = '999999999999'; }, 'kms:Decrypt'],
    ['the key\'s policy forbids it', t => { keyStatements(t).all.push({ ...keyStatements(t).events, Effect: 'Deny', Action: 'kms:GenerateDataKey' }); }, 'kms:GenerateDataKey'],
  ])('is lost when %s', async (_name, change, action) => {
    const [deadLettered, reason] = await outcome(change);
    expect(deadLettered).toBe(0);
    expect(reason).toMatch(new RegExp(`; the policy of arn:aws:kms:[^ ]+, the key of arn:aws:sqs:[^ ]+, does not let events.amazonaws.com ${action} for arn:aws:events:[^ ]+$`));
  });

  test('is lost when the key is the account\'s own for SQS', async () => {
    const [deadLettered, reason] = await outcome(t => { t.Resources.DeadLetters.Properties.KmsMasterKeyId = 'alias/aws/sqs'; });
    expect(deadLettered).toBe(0);
    expect(reason).toMatch(/; the key alias\/aws\/sqs of arn:aws:sqs:[^ ]+ does not let events.amazonaws.com use it$/);
  });

  test('arrives when the queue names the key by an alias', async () => {
    expect(await outcome(t => {
      t.Resources.Alias = { Type: 'AWS::KMS::Alias', Properties: { AliasName: 'alias/audit', TargetKeyId: KEY_ARN } };
      t.Resources.DeadLetters.Properties.KmsMasterKeyId = { Ref: 'Alias' };
    })).toEqual([1, '']);
  });

  test('cannot be judged when the key is from elsewhere, nor when the queue is encrypted in two ways', () => {
    expect(refusal(t => { t.Resources.DeadLetters.Properties.KmsMasterKeyId = ELSEWHERE; }))
      .toThrow(`DeadLetters.KmsMasterKeyId: the key ${ELSEWHERE} is not in the template: what its policy allows cannot be known`);
    expect(refusal(t => { t.Resources.DeadLetters.Properties.SqsManagedSseEnabled = true; }))
      .toThrow('DeadLetters.SqsManagedSseEnabled: SQS encrypts a queue by itself or by a key, and not both');
  });
});

describe('a log group with a key', () => {
  const documented = ['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey', 'kms:ReEncryptFrom', 'kms:ReEncryptTo'];

  test.each(documented)('cannot be created when the key\'s policy does not let CloudWatch Logs %s', action => {
    expect(refusal(t => { keyStatements(t).logs.Action = documented.filter(name => name !== action); })).toThrow(new RegExp(
      `^ErrorLog.KmsKeyId: the policy of arn:aws:kms:[^ ]+ does not let logs.us-east-1.amazonaws.com ${action} for arn:aws:logs:us-east-1:123456789012:log-group:Simulated-ErrorLog-[A-Z0-9]+$`));
  });

  test.each<[string, Change]>([
    ['another Region', t => { keyStatements(t).logs.Principal = { Service: 'logs.eu-west-1.amazonaws.com' }; }],
    ['no Region', t => { keyStatements(t).logs.Principal = { Service: 'logs.amazonaws.com' }; }],
    ['another log group', t => { keyStatements(t).logs.Condition.ArnLike['kms:EncryptionContext:aws:logs:arn'] = 'arn:aws:logs:us-east-1:123456789012:log-group:other'; }],
    ['the log group\'s streams', t => { keyStatements(t).logs.Condition.ArnLike['kms:EncryptionContext:aws:logs:arn'] = { 'Fn::GetAtt': ['Log', 'Arn'] }; t.Resources.Log = { Type: 'AWS::Logs::LogGroup', Properties: {} }; }],
  ])('cannot be created when the key\'s policy names %s', (_name, change) => {
    expect(refusal(change)).toThrow('ErrorLog.KmsKeyId: the policy of arn:aws:kms:');
  });

  test('takes the ARN of a key of the template', () => {
    expect(refusal(t => { t.Resources.ErrorLog.Properties.KmsKeyId = { Ref: 'Key' }; })).toThrow(/^ErrorLog.KmsKeyId: got the key id [-0-9a-f]+; expected here: key ARN$/);
    expect(refusal(t => { t.Resources.ErrorLog.Properties.KmsKeyId = ELSEWHERE; })).toThrow('ErrorLog.KmsKeyId: the key');
  });
});

describe('a stream with a key', () => {
  test.each<[string, Change, string]>([
    ['by an alias', t => { streamEncryption(t).KeyARN = 'alias/audit'; }, 'KeyARN: got the alias name alias/audit; expected here: key ARN'],
    ['by an alias\'s ARN', t => { streamEncryption(t).KeyARN = 'arn:aws:kms:us-east-1:123456789012:alias/audit'; }, 'KeyARN: got the alias ARN arn:aws:kms:us-east-1:123456789012:alias/audit'],
    ['from elsewhere', t => { streamEncryption(t).KeyARN = ELSEWHERE; }, `KeyARN: the key ${ELSEWHERE} is not in the template`],
    ['that is not said', t => { delete streamEncryption(t).KeyARN; }, 'KeyARN: missing'],
    ['beside AWS\'s own', t => { streamEncryption(t).KeyType = 'AWS_OWNED_CMK'; }, 'KeyARN: the simulator knows a key with CUSTOMER_MANAGED_CMK only'],
    ['that is disabled', t => { t.Resources.Key.Properties.Enabled = false; }, 'is disabled'],
    ['that is not symmetric', t => { t.Resources.Key.Properties.KeySpec = 'RSA_4096'; }, 'is no symmetric key for encryption'],
  ])('%s is refused', (_name, change, message) => {
    expect(refusal(change)).toThrow(message);
  });

  test.each<[string, Change]>([
    ['has no right to the key', t => { t.Resources.RulesPolicy.Properties.PolicyDocument.Statement.pop(); }],
    ['has half of it', t => { t.Resources.RulesPolicy.Properties.PolicyDocument.Statement[1].Action = 'kms:GenerateDataKey'; }],
    ['has it in a context of which nothing is known', t => {
      t.Resources.RulesPolicy.Properties.PolicyDocument.Statement[1].Condition = { StringEquals: { 'kms:ViaService': 'firehose.us-east-1.amazonaws.com' } };
    }],
  ])('takes no records from a role that %s', async (_what, change) => {
    const { ledger, deadLetters } = await deliver(change);
    expect(ledger).toMatchObject({ archived: 0, deadLettered: 1 });
    expect(deadLetters[0].attributes.ERROR_MESSAGE).toMatch(/RulesRole[^ ]* may not kms:Decrypt on arn:aws:kms:/);
  });

  test('needs the key\'s policy to leave grants to the account', () => {
    const leaves = (statement: object) => refusal(t => { Object.assign(keyStatements(t).account, statement); });
    expect(leaves({ Action: 'kms:Decrypt' })).toThrow(/^Stream.DeliveryStreamEncryptionConfigurationInput.KeyARN: the policy of arn:aws:kms:[^ ]+ does not let the account kms:CreateGrant, which Firehose needs$/);
    expect(leaves({ Principal: { AWS: '999999999999' } })).toThrow('does not let the account kms:CreateGrant');
    expect(leaves({ Action: 'kms:CreateGrant', Principal: { AWS: { Ref: 'AWS::AccountId' } } })).not.toThrow();
    expect(leaves({ Condition: { Bool: { 'kms:GrantIsForAWSResource': true }, StringEquals: { 'kms:ViaService': 'firehose.us-east-1.amazonaws.com' } } })).not.toThrow();
    expect(leaves({ Condition: { StringEquals: { 'kms:ViaService': 'ec2.us-east-1.amazonaws.com' } } })).toThrow('does not let the account kms:CreateGrant');
  });

  test.each<[string, object, string]>([
    ['from elsewhere', { KMSEncryptionConfig: { AWSKMSKeyARN: ELSEWHERE } }, 'AWSKMSKeyARN: the key'],
    ['by an alias', { KMSEncryptionConfig: { AWSKMSKeyARN: 'alias/audit' } }, 'AWSKMSKeyARN: got the alias name alias/audit'],
    ['and none', { KMSEncryptionConfig: { AWSKMSKeyARN: KEY_ARN }, NoEncryptionConfig: 'NoEncryption' }, 'NoEncryptionConfig: Firehose takes this or a key, and not both'],
    ['in another way', { NoEncryptionConfig: 'None' }, 'NoEncryptionConfig: got "None"'],
  ])('that encrypts its objects by one %s is refused', (_name, encryption, message) => {
    expect(refusal(t => { destination(t).EncryptionConfiguration = encryption; })).toThrow(message);
  });
});

describe('a bucket is refused', () => {
  test.each<[string, Change, string]>([
    ['with a key from elsewhere', t => { bucketRule(t).ServerSideEncryptionByDefault.KMSMasterKeyID = ELSEWHERE; }, 'KMSMasterKeyID: the key'],
    ['with a key for signatures', t => {
      t.Resources.Signer = { Type: 'AWS::KMS::Key', Properties: { KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' } };
      bucketRule(t).ServerSideEncryptionByDefault.KMSMasterKeyID = { Ref: 'Signer' };
    }, 'is no symmetric key for encryption'],
    ['with a key that nothing uses', t => { bucketRule(t).ServerSideEncryptionByDefault.SSEAlgorithm = 'AES256'; }, 'KMSMasterKeyID: S3 takes a key with aws:kms only'],
    ['with two encryptions', t => { t.Resources.Archive.Properties.BucketEncryption.ServerSideEncryptionConfiguration.push(bucketRule(t)); }, 'BucketEncryption: 2 rules; S3 takes one'],
    ['whose access logs go to one with a key', t => {
      t.Resources.Logs = { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'logs', BucketEncryption: byKey(KEY_ARN) } };
      t.Resources.Archive.Properties.LoggingConfiguration = { DestinationBucketName: { Ref: 'Logs' } };
    }, 'Archive.LoggingConfiguration.DestinationBucketName: logs is encrypted by a key; S3 delivers access logs to buckets that it encrypts itself'],
  ])('%s', (_name, change, message) => {
    expect(refusal(change)).toThrow(message);
  });

  test('but not when its access logs go to one that S3 encrypts', () => {
    expect(refusal(t => {
      t.Resources.Logs = { Type: 'AWS::S3::Bucket', Properties: {} };
      t.Resources.Archive.Properties.LoggingConfiguration = { DestinationBucketName: { Ref: 'Logs' } };
    })).not.toThrow();
  });
});

describe('a workgroup\'s results', () => {
  const results = (encryption: object) => refusal(t => {
    t.Resources.WorkGroup.Properties.WorkGroupConfiguration.ResultConfiguration.EncryptionConfiguration = encryption;
  });

  test('are encrypted by S3, or by a key of the template', () => {
    expect(results({ EncryptionOption: 'SSE_S3' })).not.toThrow();
    expect(results({ EncryptionOption: 'SSE_KMS', KmsKey: { Ref: 'Key' } })).not.toThrow();
  });

  test.each<[string, object, string]>([
    ['without the key', { EncryptionOption: 'SSE_KMS' }, 'WorkGroup.WorkGroupConfiguration.ResultConfiguration.EncryptionConfiguration.KmsKey: missing'],
    ['by an alias', { EncryptionOption: 'SSE_KMS', KmsKey: 'alias/audit' }, 'KmsKey: got the alias name alias/audit; expected here: key id, key ARN'],
    ['by a key from elsewhere', { EncryptionOption: 'SSE_KMS', KmsKey: ELSEWHERE }, 'KmsKey: the key'],
    ['by S3 and a key', { EncryptionOption: 'SSE_S3', KmsKey: KEY_ARN }, 'KmsKey: Athena takes a key with SSE_KMS only'],
    ['by the client', { EncryptionOption: 'CSE_KMS', KmsKey: KEY_ARN }, 'EncryptionOption: got "CSE_KMS"'],
  ])('%s are refused', (_name, encryption, message) => {
    expect(results(encryption)).toThrow(message);
  });
});
