/**
 * The traps that the library avoids, and where each is shown: by a test that sees the library avoid it, and sees what happens where it
 * is sprung. What only describes AWS is no trap, and neither is what no part of the library does yet.
 */

/** What was learned of AWS's services and of CDK, of the engines that AWS runs, and from a first try at the library. */
export type Origin = 'aws' | 'engines' | 'core';

export interface Trap {
  readonly origin: Origin;
  readonly trap: string;
  /** The test's file, below `test/`. */
  readonly file: string;
  /** The test's name, or that of its row. */
  readonly test: string;
}

/** Traps of one origin that one file shows. */
function shownIn(origin: Origin, file: string, tests: { readonly [trap: string]: string }): Trap[] {
  return Object.entries(tests).map(([trap, test]) => ({ origin, trap, file, test }));
}

export const TRAPS: readonly Trap[] = [
  ...shownIn('aws', 'traps/jq.test.ts', {
    'CDK joins jq expressions without parentheses: an alternative is invalid': 'an alternative',
    'CDK joins jq expressions without parentheses: a bare if is invalid': 'a condition',
    'CDK joins jq expressions without parentheses: an operator is invalid': 'an addition',
    '.detail-type is a subtraction': 'the type of an event is not a subtraction',
    'jq 1.6 needs else': 'an if without else, which is no jq 1.6, is refused',
    'Firehose has jq 1.6 only': 'a function that came after jq 1.6 is refused',
  }),
  ...shownIn('aws', 'reference/traps-jq.test.ts', {
    'CDK\'s query is invalid in jq 1.6': 'what CDK joins without parentheses',
    'CDK\'s query with a bare if is invalid in jq 1.6': 'a bare if, as CDK leaves it',
    'jq 1.6 refuses an if without else': 'an if without else',
    'jq 1.6 lacks later functions': 'a function of a later jq',
    'jq 1.6 lacks what came with numbers of any length': 'another function of a later jq',
    '.detail-type compiles in jq 1.6, and fails every record': 'the type of an event as a subtraction, which compiles and fails every record',
  }),
  ...shownIn('aws', 'traps/iam.test.ts', {
    'the L2 destination grants delete, retention and legal hold to the delivery role': 'the delivery role cannot delete or unlock what it wrote, as the one that CDK makes can',
  }),
  ...shownIn('aws', 'traps/eventbridge.test.ts', {
    'CDK\'s Firehose target takes neither a dead-letter queue nor a retry policy': 'has a dead-letter queue, which CDK\'s own for Firehose takes no prop for',
    'a bus of AWS::EventsV2': 'of AWS::EventsV2 is refused: CDK would put the rule on another bus of the same name',
    'a pattern over the maximum of 4,096 characters': 'has at most 4,096 characters, which CDK does not look at',
    'a pattern over the default quota of 2,048 characters': 'over the default quota of 2,048 characters comes with a warning',
    'more than five targets of a rule': 'is one of at most five of a rule',
    'read-only management calls on a partner bus': 'of a partner has no read-only API calls: CDK lets the state be set',
    'matching everything by something else than an empty prefix': 'of everything is that of every account, too',
    'a replay is told by replay-name only': 'a replayed event says so in a column',
    'delivery is at least once': 'an event that is delivered twice counts once',
    'fewer retries than EventBridge can': 'is tried as long as EventBridge can',
    'a FIFO dead-letter queue': 'is no FIFO queue',
    'a dead-letter queue with the key of SQS': 'has no key that EventBridge cannot use',
    'a dead-letter queue of another Region': 'is in the Region of the bus',
    'a bus of another account or Region, whose rules cannot reach the stream': 'of %s cannot reach the stream',
  }),
  ...shownIn('aws', 'encryption.test.ts', {
    'a dead-letter queue with a key needs permissions for EventBridge': 'are lost where EventBridge has no right to the key of the queue',
  }),
  ...shownIn('aws', 'end-to-end/outcomes.test.ts', {
    'an event can be larger than a record of Firehose': 'takes an event that is too large for Firehose, whole',
    'without a queue, what cannot be delivered is lost': 'is what stands between an event and its loss',
    'the L2 rule lacks the state with read-only calls': 'takes read-only calls when they are asked for',
    'a missing permission is not retried': 'without %s events go straight to the dead-letter queue',
    'partitions by the time of the event, which a producer chooses': 'is never the day that the event claims',
  }),
  ...shownIn('aws', 'traps/firehose.test.ts', {
    'dynamic partitioning is toggled in place': 'dynamic partitioning is never turned on or off in place',
    'a buffer below 64 MiB': 'a buffer below 64 MiB with dynamic partitioning',
    'a buffer interval below 60 seconds': 'a buffer interval below 60 seconds with dynamic partitioning',
    'more than 500 active partitions, by values that nobody bounds': 'more values than 500 active partitions',
    'more than 50 partition keys': 'more than 50 partition keys',
    'a partition key that the prefix lacks': 'a partition key that the prefix does not use',
    'a prefix with a key that the query lacks': 'a prefix with a key that no query yields',
    'dynamic partitioning without an error prefix': 'a partitioned prefix without an error prefix',
    'a jq query over 5,120 characters': 'a jq query over 5,120 characters',
    'a null as a partition value': 'null',
    'an empty partition value, which // does not catch': 'an empty string, which // does not catch',
    'a slash in a partition value': 'a slash, which is another folder',
    'a space in a partition value': 'a space, which no projection lists',
    'fromdateiso8601 rejects fractions of a second': 'a time with fractions of a second',
    'a prefix over 1,024 characters as it stands': 'a prefix over 1,024 characters as it stands',
    'a prefix over 512 characters when evaluated': 'a prefix over 512 characters when evaluated',
    'a partition value as long as an event': 'a value that is too long for a prefix',
    'an error prefix without its type': 'an error prefix that does not say the type of the error',
    'an error prefix with a partition key': 'an error prefix with a partition key',
    'a data prefix with the type of an error': 'a data prefix with the type of an error',
    'days in another time zone than that of the projection\'s NOW': 'a day of another time zone than UTC',
    'an extension that replaces .gz': 'an extension that replaces .gz',
    'a stream\'s key by its alias': 'an alias in place of a key',
  }),
  ...shownIn('aws', 'end-to-end/partition-keys.test.ts', {
    'the values of all keys multiply': 'the most partitions that Firehose takes are all written and all found, and one more value fails at synthesis',
  }),
  ...shownIn('aws', 'end-to-end/every-event.test.ts', {
    'records are concatenated without a delimiter': 'without the delimiter',
    'OpenX lower-cases nested keys': 'with all its keys without regard to case',
    'a key with a hyphen needs a mapping': 'by its type without the mapping',
    'prefix and projection that disagree': 'with another prefix than the table\'s',
  }),
  ...shownIn('aws', 'end-to-end/guard.test.ts', {
    'an archive that archives what it causes': 'without the guard each round causes the next, and a larger one',
  }),
  ...shownIn('aws', 'storage/given-bucket.test.ts', {
    'a bucket that sends its events to the bus that is archived': 'gets one even where they are turned on after the archive was made',
    'an expiration shorter than the lock': 'that locks objects by default gets a warning, and is refused with a shorter retention',
  }),
  ...shownIn('aws', 'traps/api-destinations.test.ts', {
    'an input transformer over 8,192 bytes': 'has a template of at most 8,192 bytes',
    'an input transformer of more than 100 paths': 'has at most 100 paths',
    'a rate below 1': 'a rate below 1',
    'another scheme than https': 'another scheme than https',
    'a URL over 2,048 characters': 'a URL over 2,048 characters',
    'a header that EventBridge sets itself': 'a header that EventBridge removes from every request is refused',
    'a secret in the template': 'a secret is never in the template',
  }),
  ...shownIn('aws', 'end-to-end/fan-out.test.ts', {
    'an API destination gives up at once on most errors of the client': '%i puts the event into the second queue at once',
    'an API destination that never answers well': 'is lost where the queue does not let the rule in',
  }),
  ...shownIn('aws', 'traps/s3.test.ts', {
    'Object Lock that is enabled later replaces the bucket': 'has Object Lock from the start, because enabling it later is another bucket',
    'a bucket that is replaced is deleted': 'is kept when it is replaced, and when the stack goes',
    'a bucket with Object Lock receives no access logs': 'never go to a bucket with Object Lock, to which S3 delivers none',
    'objects under 128 KB do not transition': 'objects under 128 KB stay where they are',
    'Athena skips Glacier': 'Athena skips what is in Glacier',
  }),
  ...shownIn('aws', 'traps/glue-and-athena.test.ts', {
    'a location template that does not end in a slash': 'a location that does not end in a slash',
    'a partition column with the name of a data column': 'a partition column with the name of a data column',
    'a user\'s key with the name of a data column': 'a key with the name of a data column is refused',
    'names with capitals': 'a name with capitals',
    'a scan limit below 10,000,000 bytes': 'has a scan limit that Athena takes, which CDK does not look at',
    'managed results and an output location': 'has one place for its results, and neither two nor none',
    'a saved query that is longer than Athena takes': 'is within what Athena takes, as are its name and its description',
    'a view that is not marked as one': 'a view without its mark',
    'a view with its SQL in plain text': 'a view with its SQL in plain text',
    'a view with another expanded text': 'a view with its SQL in the place of the mark',
  }),
  ...shownIn('aws', 'traps/catalog-traps.ts', {
    'a partition column without projection settings': 'a partition column without a projection',
    'a location template without a placeholder': 'a location without a partition column',
    'NOW-3YEARS works in Athena only': 'a range of days that only Athena understands',
    'white space in an enum counts': 'white space in an enum',
    'a comma separates the values of an enum': 'a comma in a value of an enum',
    'an injected column needs a filter in every query': 'an injected projection, and a query without a condition on it',
  }),
  ...shownIn('aws', 'traps/cloudformation.test.ts', {
    '500 resources a stack': 'has room for much beside an archive: CloudFormation takes 500 resources',
    '1 MB a template': 'has room for much beside an archive: CloudFormation takes 1 MB',
    'physical names collide': 'are CloudFormation\'s own where they can be, so that two archives, or a replacement, do not collide',
    'a workgroup that was used is not deleted without RecursiveDeleteOption': 'of a workgroup is there, and AWS can delete it once it was used',
    'CDK\'s ValidationError is internal': 'an error is a plain one, and not CDK\'s own, whose constructor changes',
  }),
  ...shownIn('aws', 'fan-out/payload.test.ts', {
    'the event\'s placeholder in fromObject stays quoted': 'fromObject makes a constant of the event\'s placeholder',
  }),

  ...shownIn('engines', 'traps/glue-and-athena.test.ts', {
    'a projected range that starts long before the data': 'the days that a query without a filter looks into begin with the library, and not long before',
    'Trino takes no semicolon at the end': 'has no semicolon at its end, which Trino does not take',
    'a description takes the place of the comment by which Trino knows a view': 'a view with a description, which replaces that comment',
    'a view without that comment': 'a view without the comment by which Trino knows it',
  }),
  ...shownIn('engines', 'traps/catalog-traps.ts', {
    'a truncated line fails the whole query': 'a malformed line, where such lines are not ignored',
    'a date partition compared with text is a mismatch of types': 'a partition of the type date, compared with text',
    'a view whose columns drifted is stale': 'a view whose columns are not those of its SQL',
  }),
  ...shownIn('engines', 'traps/firehose.test.ts', {
    'keys that begin with an underscore are ignored': 'a name that begins with an underscore',
    'keys that begin with a dot are ignored': 'a name that begins with a dot',
    'gzip without .gz is junk': 'an extension that replaces .gz',
  }),
  ...shownIn('engines', 'end-to-end/every-event.test.ts', {
    'of two objects on a line the second is lost': 'without the delimiter',
  }),
  ...shownIn('engines', 'reference/traps-trino.test.ts', {
    'the Hive JSON SerDe fails on a nested object': 'the Hive SerDe, which has no text for an object',
    'CAST(detail AS JSON) is a string': 'a detail is JSON text, of which CAST(detail AS JSON), which is a string, has no fields',
    'Trino ignores a view with a description': 'a view with a description, which replaces the comment by which it is known',
    'nested keys that differ by case are one': 'keys without regard to case',
    'two events on a line': 'records without a delimiter',
    'gzip that is not named so': 'gzip without .gz in its name',
    'text that is named .gz': 'text that is named .gz',
  }),

  ...shownIn('core', 'traps/cloudformation.test.ts', {
    'the L2 stream leaves an unused mapping: W7001': 'no mapping is left unused, as the L2 stream leaves its own: W7001',
    'policies that minimizePolicies reorders': 'that minimize policies leave the archive\'s as they are, and reorder others',
    'weak references between stacks': 'that make references between stacks weak change how an archive is deployed, and nothing of what it does',
    'the id Default leaves the stack\'s name alone': 'of archives with the id Default differ in stacks that differ by case only, which CDK\'s do not',
    'a view encoded at synthesis has a token in it': 'is the one that its views look in',
  }),
  ...shownIn('core', 'reference/traps-cfn-lint.test.ts', {
    'W7001, as cfn-lint finds it': 'the unused mapping of the L2 stream: W7001',
    'E3004, as cfn-lint finds it': 'a bucket that waits for the policy of its log bucket: E3004',
    'W3045, as cfn-lint finds it': 'access logs by an ACL: W3045',
  }),
  ...shownIn('core', 'traps/eventbridge.test.ts', {
    'one statement a rule in the queue\'s policy': 'has one policy statement for all rules, of 20 that SQS takes',
    'a rule that does not wait for its role\'s policy': 'has its permission before its rule starts, or the first events would go straight to the dead-letter queue',
    'addEventPattern widens': 'is not widened by what is composed on it, as by addEventPattern',
    '$or beside a condition on the same path widens': 'is not widened by an $or with a condition that the pattern has beside it',
    'Match.* are tokens: duplicates': 'is compared as it resolves: matchers of CDK are tokens, each a text of its own',
    'Match.* are tokens: length': 'is measured as it resolves',
  }),
  ...shownIn('core', 'reference/traps-event-ruler.test.ts', {
    '$or beside a condition on the same path widens, in event-ruler': 'event names beside an $or',
    'addEventPattern widens, in event-ruler': 'an empty prefix among the sources',
    'conditions without an $or hide what others do, in event-ruler': 'lists without an $or',
  }),
  ...shownIn('core', 'end-to-end/guard.test.ts', {
    'a guard on the call alone hides somebody else\'s': 'on the call alone would hide somebody else\'s PutObject',
    'a guard on the role alone hides its other calls': 'on the role alone would hide another event name',
    'a guard of two lists hides both': 'on both, each for itself, would hide all of these',
  }),
  ...shownIn('core', 'private/event-pattern-matcher.test.ts', {
    'event names beside the guard\'s $or let other names in': 'is seen to be wrong as event names beside a $or, which lets another event name in',
  }),
  ...shownIn('core', 'traps/s3.test.ts', {
    'the bucket waits for the policy of its log bucket: a cycle': 'make no cycle with the policy of their bucket',
    'serverAccessLogsBucket uses an ACL, by a feature flag: W3045': 'come by a bucket policy whatever the feature flags, and never by an ACL',
  }),
  ...shownIn('core', 'end-to-end/outcomes.test.ts', {
    'error records have three spellings of a code': 'is read whatever the spelling of its keys only because case does not count',
    'error objects may be compressed, and end in a newline, or not': 'is found decoded, with error objects compressed: %p, with a final newline: %p',
  }),
  ...shownIn('core', 'traps/catalog-traps.ts', {
    'folders of errors by type hide the types that are not listed': 'folders of errors by their type, of which not all are known',
    'from_utf8 without try fails the query': 'a raw record that is no base64, decoded without try',
    'a cast without try fails the query': 'attempts that are no number, cast without try',
    '$.detail-type is no path': 'a key with a hyphen as a path of JSON',
  }),
  ...shownIn('core', 'traps/firehose.test.ts', {
    'text that is named .gz fails the query': 'text that is named .gz',
    'a number by which an object is indexed fails the record': 'a number, by which no object is indexed',
  }),
  ...shownIn('core', 'end-to-end/partition-values.test.ts', {
    'a filter on its own partition misses what came before': 'a filter on its own partition alone misses what came before the value was listed',
    'a value that leaves the enum hides its rows': 'a value that is dropped instead of retired hides its partition',
    'jq and projection that say different things': 'a projection that says what the jq does not write finds nothing, so the two come from one model',
  }),
  ...shownIn('core', 'end-to-end/partition-keys.test.ts', {
    'nothing catches what is not listed': 'where nothing catches what is not listed',
    'an error in a user\'s expression': 'where an error is not caught',
  }),
  ...shownIn('core', 'end-to-end/upgrades.test.ts', {
    'a key that a layout lacks as NULL': 'a missing key that were NULL would hide rows from the filter',
    'a previous layout that is forgotten': 'without the previous layout its rows are not shown',
  }),
  ...shownIn('core', 'event-audit-archive.test.ts', {
    'findings of cdk-nag that are inherent': 'has findings where the library has not acknowledged them',
  }),
  ...shownIn('core', 'traps/api-destinations.test.ts', {
    'a rotated secret does not reach the connection': 'a rotated secret reaches the connection by its version: without one nothing in the template changes',
    'fromText is a string': 'is an object, and no text, as that of fromText is',
    '<aws.events.event> lacks the detail': 'has the whole event: <aws.events.event> lacks the detail',
    'an unknown placeholder fails PutTargets': 'has no placeholder that is not declared',
    'names that begin with aws. are EventBridge\'s own': 'has no names that are EventBridge\'s own',
  }),
  ...shownIn('core', 'fan-out/payload.test.ts', {
    'a placeholder in quotes is not escaped': 'a placeholder in quotes breaks on a quote',
    'two paths of one placeholder': 'fromObject gives two paths one placeholder',
    'a placeholder as a key': 'a placeholder as a key is refused',
  }),
];
