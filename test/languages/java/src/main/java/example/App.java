package example;

import io.github.eventauditarchive.AcceptEventsOptions;
import io.github.eventauditarchive.AddEventBusOptions;
import io.github.eventauditarchive.AddedCaptureOptions;
import io.github.eventauditarchive.ApiKeyAuthorizationOptions;
import io.github.eventauditarchive.AuditEvents;
import io.github.eventauditarchive.BasicAuthorizationOptions;
import io.github.eventauditarchive.CatalogOptions;
import io.github.eventauditarchive.CisFoundationsOptions;
import io.github.eventauditarchive.CloudTrailApiCallOptions;
import io.github.eventauditarchive.ConfluentCloudFanOutOptions;
import io.github.eventauditarchive.ConsoleSignInOptions;
import io.github.eventauditarchive.CustomEventOptions;
import io.github.eventauditarchive.DeliveryOptions;
import io.github.eventauditarchive.EventArchiveOptions;
import io.github.eventauditarchive.EventAuditArchive;
import io.github.eventauditarchive.EventForwarder;
import io.github.eventauditarchive.EventRuleOptions;
import io.github.eventauditarchive.EventTypePartitionOptions;
import io.github.eventauditarchive.FanOut;
import io.github.eventauditarchive.FanOutAuthorization;
import io.github.eventauditarchive.FanOutConfig;
import io.github.eventauditarchive.FanOutPayload;
import io.github.eventauditarchive.GuardDutyFindingOptions;
import io.github.eventauditarchive.HttpFanOutOptions;
import io.github.eventauditarchive.IdentityCenterSignInOptions;
import io.github.eventauditarchive.ListedPartitionOptions;
import io.github.eventauditarchive.PartitionKey;
import io.github.eventauditarchive.PreviousLayout;
import io.github.eventauditarchive.QueryOptions;
import io.github.eventauditarchive.StorageOptions;
import io.github.eventauditarchive.TrailDataEventOptions;
import io.github.eventauditarchive.TrailNetworkActivityOptions;
import io.github.eventauditarchive.TrailOptions;
import io.github.eventauditarchive.TrailOrganizationOptions;
import java.util.List;
import java.util.Map;
import software.amazon.awscdk.Annotations;
import software.amazon.awscdk.Duration;
import software.amazon.awscdk.Size;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.cloudtrail.InsightType;
import software.amazon.awscdk.services.cloudtrail.ReadWriteType;
import software.amazon.awscdk.services.cloudwatch.CreateAlarmOptions;
import software.amazon.awscdk.services.cloudwatch.MetricOptions;
import software.amazon.awscdk.services.events.EventBus;
import software.amazon.awscdk.services.events.EventPattern;
import software.amazon.awscdk.services.events.IEventBus;
import software.amazon.awscdk.services.events.Match;
import software.amazon.awscdk.services.events.targets.SqsQueue;
import software.amazon.awscdk.services.iam.AccountRootPrincipal;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.kms.Key;
import software.amazon.awscdk.services.secretsmanager.ISecret;
import software.amazon.awscdk.services.secretsmanager.Secret;
import software.amazon.awscdk.services.sns.Topic;
import software.amazon.awscdk.services.sqs.Queue;
import software.constructs.Construct;

/** The app of ../typescript/app.ts. */
public final class App {
    /** A fan-out of the user's own: to a queue that it makes. */
    static final class QueueFanOut extends FanOut {
        @Override
        public FanOutConfig bind(Construct scope) {
            return FanOutConfig.builder()
                .target(SqsQueue.Builder.create(Queue.Builder.create(scope, "Queue").enforceSsl(true).build()).build())
                .eventPatterns(List.of(EventPattern.builder().detailType(List.of("Login")).build()))
                .build();
        }
    }

    public static void main(String[] args) {
        software.amazon.awscdk.App app = new software.amazon.awscdk.App();
        Stack stack = new Stack(app, "Languages");

        EventBus authEvents = new EventBus(stack, "AuthEvents");
        EventBus clicks = new EventBus(stack, "Clicks");
        IEventBus central = EventBus.fromEventBusArn(stack, "Central", "arn:aws:events:eu-west-1:123456789012:event-bus/audit");
        ISecret confluent = Secret.fromSecretNameV2(stack, "ConfluentCredentials", "confluent");
        ISecret siem = Secret.fromSecretNameV2(stack, "SiemToken", "siem");
        int bufferSeconds = args.length > 0 ? Integer.parseInt(args[0]) : 60;

        EventAuditArchive archive = EventAuditArchive.Builder.create(stack, "Audit")
            .eventBus(authEvents)
            .eventPatterns(List.of(
                EventPattern.builder().source(List.of("login.success")).build(),
                EventPattern.builder().source(List.of("login.failed")).detail(Map.of("attempts", Match.greaterThan(3))).build()))
            .eventArchive(EventArchiveOptions.builder().retention(Duration.days(30)).build())
            .partitionKeys(List.of(
                PartitionKey.eventType(EventTypePartitionOptions.builder().values(List.of("Login", "Logout")).build()),
                PartitionKey.fromJq("tenant", ".detail.tenant",
                    ListedPartitionOptions.builder().values(List.of("blue", "green")).retiredValues(List.of("red")).build()),
                PartitionKey.receiptDate()))
            .delivery(DeliveryOptions.builder().bufferInterval(Duration.seconds(bufferSeconds)).bufferSize(Size.mebibytes(64)).build())
            .storage(StorageOptions.builder()
                .retention(Duration.days(7 * 365))
                .retentionByEventType(Map.of("Logout", Duration.days(90)))
                .deliveryTopic(new Topic(stack, "Delivered"))
                .build())
            .catalog(CatalogOptions.builder()
                .databaseName("audit")
                .previousLayouts(List.of(
                    PreviousLayout.builder().partitionKeys(List.of(PartitionKey.receiptDate())).lastDate("2026-06-30").build()))
                .build())
            .query(QueryOptions.builder().bytesScannedLimit(Size.gibibytes(100)).resultsRetention(Duration.days(7)).build())
            .encryptionKey(Key.Builder.create(stack, "Key").enableKeyRotation(true).build())
            .fanOut(Map.of(
                "Confluent", FanOut.confluentCloud(ConfluentCloudFanOutOptions.builder()
                    .restEndpoint("https://pkc-abcde.us-east-1.aws.confluent.cloud:443")
                    .clusterId("lkc-abc123")
                    .topic("audit")
                    .credentials(BasicAuthorizationOptions.builder().secret(confluent).build())
                    .payload(FanOutPayload.detail())
                    .eventPatterns(List.of(EventPattern.builder().source(List.of("login.failed")).build()))
                    .build()),
                "Own", new QueueFanOut()))
            .trail(TrailOptions.builder()
                .retention(Duration.days(3650))
                .deliveryTopic(new Topic(stack, "Logged"))
                .includeKmsReads(false)
                .dataEvents(List.of(
                    TrailDataEventOptions.builder().resourceType("AWS::Lambda::Function").build(),
                    TrailDataEventOptions.builder()
                        .resourceType("AWS::DynamoDB::Table")
                        .resourceArnPrefixes(List.of("arn:aws:dynamodb:us-east-1:123456789012:table/orders"))
                        .excludeEventNames(List.of("PutItem", "UpdateItem"))
                        .readWriteType(ReadWriteType.WRITE_ONLY)
                        .build()))
                .networkActivity(TrailNetworkActivityOptions.builder()
                    .eventSources(List.of("s3.amazonaws.com", "kms.amazonaws.com")).onlyDenied(true).build())
                .insights(List.of(InsightType.API_CALL_RATE, InsightType.API_ERROR_RATE))
                .organization(TrailOrganizationOptions.builder()
                    .organizationId("o-a1b2c3d4e5")
                    .managementAccountId("111111111111")
                    .accounts(List.of("222222222222", "111111111111"))
                    .build())
                .build())
            .tamperAlerts(new Topic(stack, "Alerts"))
            .deployingRole(Role.fromRoleName(stack, "Deploying", "deploys"))
            .consoleLinks(true)
            .build();

        archive.addCapture("Account", AddedCaptureOptions.builder()
            .eventPatterns(List.of(
                EventPattern.builder().source(List.of("aws.ssm")).detailType(List.of("Parameter Store Change")).build(),
                AuditEvents.cloudTrailApiCalls(CloudTrailApiCallOptions.builder()
                    .services(List.of("iam", "s3")).onlyWrites(true).excludeCallsByAwsServices(true).build()),
                AuditEvents.consoleSignIns(ConsoleSignInOptions.builder().withoutMfa(true).build()),
                AuditEvents.identityCenterSignIns(IdentityCenterSignInOptions.builder().onlyFailures(true).build()),
                AuditEvents.ec2StateChanges(List.of("stopped", "terminated")),
                AuditEvents.fromSources("aws.health", "aws.trustedadvisor"),
                AuditEvents.guardDutyFindings(GuardDutyFindingOptions.builder().minSeverity(4.5).build()),
                AuditEvents.custom(CustomEventOptions.builder().source("aws.s3").detail(Map.of("reason", List.of("DeleteObject"))).build())))
            .includeReadOnlyApiCalls(true)
            .build());

        archive.addCapture("Controls", AddedCaptureOptions.builder()
            .eventPatterns(AuditEvents.cisFoundations(CisFoundationsOptions.builder().controls(List.of("4.1", "4.3", "4.5")).build()))
            .build());

        archive.addCapture("Clicks", AddedCaptureOptions.builder()
            .eventBus(clicks)
            .eventPatterns(List.of(EventPattern.builder().source(List.of("click")).build()))
            .dedicatedStream(true)
            .build());

        EventBus orders = archive.addEventBus("Orders", AddEventBusOptions.builder()
            .eventBusName("orders")
            .eventPatterns(List.of(EventPattern.builder()
                .source(List.of("order"))
                .detail(Map.of("state", List.of("placed", "paid"), "currency", List.of("EUR"), "amount", Match.greaterThan(100)))
                .build()))
            .build());
        archive.acceptEventsFrom(AcceptEventsOptions.builder().accounts(List.of("333333333333", "222222222222")).eventBus(orders).build());
        archive.acceptEventsFrom(AcceptEventsOptions.builder().organizationId("o-a1b2c3d4e5").build());

        EventForwarder forwarder = EventForwarder.Builder.create(stack, "ToCentral")
            .destinationEventBus(central)
            .eventBus(orders)
            .eventPatterns(List.of(EventPattern.builder()
                .source(List.of("order")).detail(Map.of("state", List.of("paid"), "currency", List.of("EUR"))).build()))
            .build();

        archive.addFanOut("Siem", FanOut.http(HttpFanOutOptions.builder()
            .url("https://siem.example.com/events")
            .authorization(FanOutAuthorization.apiKey(ApiKeyAuthorizationOptions.builder()
                .headerName("Authorization").scheme("Bearer").secret(siem).secretField("token").build()))
            .headers(Map.of("X-Origin", "audit"))
            .payload(FanOutPayload.fields(Map.of("when", "$.time", "what", "$.detail-type", "who", "$.detail.user")))
            .rateLimitPerSecond(50)
            .build()));

        archive.onEvent("Locked", EventRuleOptions.builder()
            .eventPattern(EventPattern.builder().source(List.of("login.locked")).build())
            .target(SqsQueue.Builder.create(Queue.Builder.create(stack, "LockedAccounts").enforceSsl(true).build()).build())
            .build());

        archive.grantQuery(Role.Builder.create(stack, "Auditor").assumedBy(new AccountRootPrincipal()).build());

        archive.metricDeadLetters().createAlarm(stack, "DeadLetters",
            CreateAlarmOptions.builder().threshold(1).evaluationPeriods(1).build());
        forwarder.metricDeadLetters().createAlarm(stack, "NotForwarded",
            CreateAlarmOptions.builder().threshold(1).evaluationPeriods(1).build());
        archive.dedicatedStream("Clicks").metricThrottledRecords().createAlarm(stack, "Throttled",
            CreateAlarmOptions.builder().threshold(1).evaluationPeriods(3).build());
        archive.metricDataFreshness(MetricOptions.builder().period(Duration.minutes(1)).build()).createAlarm(stack, "Late",
            CreateAlarmOptions.builder().threshold(900).evaluationPeriods(3).build());

        Annotations.of(archive).acknowledgeWarning("cdk-event-audit-archive:overlappingPatterns", "Nothing is sent to this archive.");
        Annotations.of(archive).acknowledgeWarning("cdk-event-audit-archive:readOnlyApiCalls", "Nothing is sent to this archive.");

        app.synth();
    }
}
