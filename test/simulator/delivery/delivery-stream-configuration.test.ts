import { destination, run, sampleEvent, simulate, Template } from '../samples/sample-template';

function processors(template: Template): any[] {
  return destination(template).ProcessingConfiguration.Processors;
}

function jq(query: string): (template: Template) => void {
  return template => { processors(template)[0].Parameters[0].ParameterValue = query; };
}

function withoutDynamicPartitioning(template: Template): void {
  delete destination(template).DynamicPartitioningConfiguration;
  destination(template).Prefix = 'events/';
}

describe('a stream that Firehose would not create is refused', () => {
  test.each<[string, (template: Template) => void, string]>([
    ['a buffer of 59 seconds with dynamic partitioning', t => { destination(t).BufferingHints.IntervalInSeconds = 59; }, 'BufferingHints.IntervalInSeconds: got 59; AWS accepts 60 to 900'],
    ['a buffer of 63 MiB with dynamic partitioning', t => { destination(t).BufferingHints.SizeInMBs = 63; }, 'BufferingHints.SizeInMBs: got 63; AWS accepts 64 to 128'],
    ['a buffer of 901 seconds', t => {
      withoutDynamicPartitioning(t);
      processors(t).shift();
      destination(t).BufferingHints.IntervalInSeconds = 901;
    }, 'got 901; AWS accepts 0 to 900'],
    ['a buffer of 128 MiB without an interval', t => { delete destination(t).BufferingHints.IntervalInSeconds; },
      'BufferingHints.IntervalInSeconds: missing; Firehose takes SizeInMBs with it only'],
    ['a buffer of 300 seconds without a size', t => { delete destination(t).BufferingHints.SizeInMBs; },
      'BufferingHints.SizeInMBs: missing; Firehose takes IntervalInSeconds with it only'],
    ['dynamic partitioning without a query', t => { processors(t).shift(); }, 'dynamic partitioning needs the MetadataExtraction processor'],
    ['a query without dynamic partitioning', withoutDynamicPartitioning, 'MetadataExtraction needs dynamic partitioning'],
    ['dynamic partitioning without an error prefix', t => { delete destination(t).ErrorOutputPrefix; }, 'ErrorOutputPrefix: missing'],
    ['dynamic partitioning without a prefix', t => { delete destination(t).Prefix; }, 'Prefix: missing'],
    ['a key that the prefix does not use', jq('{event_type:.a,region:.region}'), 'the partition key region of the MetadataExtraction query is not used'],
    ['a key that no query yields', jq('{eventtype:.a}'), 'no MetadataExtraction query yields the partition key event_type'],
    ['a query that is no object', jq('.a'), 'must be one object construction'],
    ['a query of 5,121 characters', jq(`{event_type:("${'x'.repeat(5104)}")}`), 'a jq query of 5121 characters'],
    ['another jq', t => { processors(t)[0].Parameters[1].ParameterValue = 'JQ-1.7'; }, 'JsonParsingEngine: got JQ-1.7; Firehose has JQ-1.6'],
    ['an error prefix that does not say the kind', t => { destination(t).ErrorOutputPrefix = 'errors/!{timestamp:yyyy}/'; }, 'needs !{firehose:error-output-type}'],
    ['a log group that is not there', t => { destination(t).CloudWatchLoggingOptions.LogGroupName = '/aws/other'; }, 'there is no log group /aws/other in the template'],
    ['a log stream that is not there', t => { destination(t).CloudWatchLoggingOptions.LogStreamName = 'other'; }, 'there is no log stream other in the log group'],
    ['a log stream of another group', t => {
      t.Resources.OtherLog = { Type: 'AWS::Logs::LogGroup', Properties: {} };
      t.Resources.ErrorLogStream.Properties.LogGroupName = { Ref: 'OtherLog' };
    }, 'there is no log stream Simulated-ErrorLogStream-'],
    ['a prefix with expressions without an error prefix', t => {
      withoutDynamicPartitioning(t);
      processors(t).shift();
      destination(t).Prefix = 'events/!{timestamp:yyyy-MM-dd}/';
      delete destination(t).ErrorOutputPrefix;
    }, 'ErrorOutputPrefix: missing'],
    ['a role that is not there', t => { destination(t).RoleARN = 'arn:aws:iam::123456789012:role/elsewhere'; }, 'the role arn:aws:iam::123456789012:role/elsewhere is not in the template'],
  ])('%s', (_name, change, message) => {
    expect(() => simulate(change)).toThrow(message);
  });
});

describe('what the simulator does not know is refused', () => {
  test.each<[string, (template: Template) => void, string]>([
    ['a processor', t => { processors(t).push({ Type: 'Lambda', Parameters: [] }); }, 'Processors[2].Type: got "Lambda"'],
    ['a processor\'s parameter', t => { processors(t)[1].Parameters.push({ ParameterName: 'BufferSizeInMBs', ParameterValue: '1' }); }, 'ParameterName: got "BufferSizeInMBs"'],
    ['a delimiter', t => { processors(t)[1].Parameters[0].ParameterValue = ','; }, 'Delimiter: got ","; the simulator knows "\\\\n" only'],
    ['a real newline as the delimiter', t => { processors(t)[1].Parameters[0].ParameterValue = '\n'; }, 'Delimiter: got "\\n"'],
    ['a codec', t => { destination(t).CompressionFormat = 'ZIP'; }, 'CompressionFormat: got "ZIP"; the simulator knows GZIP, UNCOMPRESSED'],
    ['a time zone', t => { destination(t).CustomTimeZone = 'Asia/Tokyo'; }, 'CustomTimeZone: got "Asia/Tokyo"'],
    ['a source', t => { t.Resources.Stream.Properties.DeliveryStreamType = 'KinesisStreamAsSource'; }, 'DeliveryStreamType: got "KinesisStreamAsSource"'],
    ['a backup', t => { destination(t).S3BackupMode = 'Enabled'; }, 'S3BackupMode: got "Enabled"'],
    ['a namespace', t => { destination(t).Prefix += '!{partitionKeyFromLambda:a}/'; }, 'does not know !{partitionKeyFromLambda:a}'],
    ['an encryption', t => { t.Resources.Archive.Properties.BucketEncryption.ServerSideEncryptionConfiguration[0].ServerSideEncryptionByDefault.SSEAlgorithm = 'aws:kms:dsse'; },
      'SSEAlgorithm: got "aws:kms:dsse"; the simulator knows AES256, aws:kms'],
  ])('%s', (_name, change, message) => {
    expect(() => simulate(change)).toThrow(message);
  });
});

test('the delimiter is a newline unless said otherwise, as the CDK has it', async () => {
  const { ledger } = await run(simulate(t => { delete processors(t)[1].Parameters; }), sampleEvent(1));
  expect(ledger.archived).toBe(1);
});

describe('a delivery cannot happen without', () => {
  const policy = (template: Template) => template.Resources.DeliveryPolicy.Properties.PolicyDocument.Statement;
  const without = (action: string) => (template: Template) => {
    for (const statement of policy(template)) statement.Action = [statement.Action].flat().map((name: string) => name === action ? 'none:Such' : name);
  };

  test.each([
    's3:AbortMultipartUpload', 's3:GetBucketLocation', 's3:GetObject', 's3:ListBucket', 's3:ListBucketMultipartUploads', 's3:PutObject', 'logs:PutLogEvents',
  ])('%s', async action => {
    await expect(run(simulate(without(action)), sampleEvent(1))).rejects.toThrow(`Stream: the delivery role may not ${action} on arn:aws:`);
  });

  test('the right to write below the prefix of the data', async () => {
    await expect(run(simulate(t => { policy(t)[1].Resource.pop(); }), sampleEvent(1))).rejects.toThrow(/may not s3:AbortMultipartUpload on arn:aws:s3:::simulated-archive-[a-z0-9]+\/events\//);
  });

  test('the right to write below the prefix of the errors, once there is one', async () => {
    const noErrors = (template: Template) => {
      policy(template)[1].Resource.shift();
      jq('{event_type:.detail.user}')(template);
    };
    await expect(run(simulate(noErrors), sampleEvent(1))).resolves.toBeDefined();
    await expect(run(simulate(noErrors), sampleEvent(1, { detail: {} }))).rejects.toThrow('/errors/');
  });

  test('a role that Firehose may take', async () => {
    const change = (template: Template) => { template.Resources.DeliveryRole.Properties.AssumeRolePolicyDocument.Statement[0].Principal.Service = 'events.amazonaws.com'; };
    await expect(run(simulate(change), sampleEvent(1))).rejects.toThrow('firehose.amazonaws.com may not sts:AssumeRole');
  });

  test('but without a log it needs no right to write one', async () => {
    const change = (template: Template) => {
      without('logs:PutLogEvents')(template);
      destination(template).CloudWatchLoggingOptions.Enabled = false;
    };
    await expect(run(simulate(change), sampleEvent(1))).resolves.toBeDefined();
  });
});
