# The app of ../typescript/app.ts.

import sys

from aws_cdk import Annotations, App, Duration, Size, Stack
from aws_cdk import aws_cloudtrail as cloudtrail
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from cdk_event_audit_archive import (
    AuditEvents,
    BasicAuthorizationOptions,
    CatalogOptions,
    DeliveryOptions,
    EventArchiveOptions,
    EventAuditArchive,
    EventForwarder,
    FanOut,
    FanOutAuthorization,
    FanOutConfig,
    FanOutPayload,
    PartitionKey,
    PreviousLayout,
    QueryOptions,
    StorageOptions,
    TrailDataEventOptions,
    TrailNetworkActivityOptions,
    TrailOptions,
    TrailOrganizationOptions,
)
from constructs import Construct


class QueueFanOut(FanOut):
    """A fan-out of the user's own: to a queue that it makes."""

    def bind(self, scope: Construct) -> FanOutConfig:
        return FanOutConfig(
            target=targets.SqsQueue(sqs.Queue(scope, "Queue", enforce_ssl=True)),
            event_patterns=[events.EventPattern(detail_type=["Login"])],
        )


app = App()
stack = Stack(app, "Languages")

auth_events = events.EventBus(stack, "AuthEvents")
clicks = events.EventBus(stack, "Clicks")
central = events.EventBus.from_event_bus_arn(stack, "Central", "arn:aws:events:eu-west-1:123456789012:event-bus/audit")
confluent = secretsmanager.Secret.from_secret_name_v2(stack, "ConfluentCredentials", "confluent")
siem = secretsmanager.Secret.from_secret_name_v2(stack, "SiemToken", "siem")
buffer_seconds = int(sys.argv[1]) if len(sys.argv) > 1 else 60

archive = EventAuditArchive(
    stack,
    "Audit",
    event_bus=auth_events,
    event_patterns=[
        events.EventPattern(source=["login.success"]),
        events.EventPattern(source=["login.failed"], detail={"attempts": events.Match.greater_than(3)}),
    ],
    event_archive=EventArchiveOptions(retention=Duration.days(30)),
    partition_keys=[
        PartitionKey.event_type(values=["Login", "Logout"]),
        PartitionKey.from_jq("tenant", ".detail.tenant", values=["blue", "green"], retired_values=["red"]),
        PartitionKey.receipt_date(),
    ],
    delivery=DeliveryOptions(buffer_interval=Duration.seconds(buffer_seconds), buffer_size=Size.mebibytes(64)),
    storage=StorageOptions(
        retention=Duration.days(7 * 365),
        retention_by_event_type={"Logout": Duration.days(90)},
        delivery_topic=sns.Topic(stack, "Delivered"),
    ),
    catalog=CatalogOptions(
        database_name="audit",
        previous_layouts=[PreviousLayout(partition_keys=[PartitionKey.receipt_date()], last_date="2026-06-30")],
    ),
    query=QueryOptions(bytes_scanned_limit=Size.gibibytes(100), results_retention=Duration.days(7)),
    encryption_key=kms.Key(stack, "Key", enable_key_rotation=True),
    fan_out={
        "Confluent": FanOut.confluent_cloud(
            rest_endpoint="https://pkc-abcde.us-east-1.aws.confluent.cloud:443",
            cluster_id="lkc-abc123",
            topic="audit",
            credentials=BasicAuthorizationOptions(secret=confluent),
            payload=FanOutPayload.detail(),
            event_patterns=[events.EventPattern(source=["login.failed"])],
        ),
        "Own": QueueFanOut(),
    },
    trail=TrailOptions(
        retention=Duration.days(3650),
        delivery_topic=sns.Topic(stack, "Logged"),
        include_kms_reads=False,
        data_events=[
            TrailDataEventOptions(resource_type="AWS::Lambda::Function"),
            TrailDataEventOptions(
                resource_type="AWS::DynamoDB::Table",
                resource_arn_prefixes=["arn:aws:dynamodb:us-east-1:123456789012:table/orders"],
                exclude_event_names=["PutItem", "UpdateItem"],
                read_write_type=cloudtrail.ReadWriteType.WRITE_ONLY,
            ),
        ],
        network_activity=TrailNetworkActivityOptions(event_sources=["s3.amazonaws.com", "kms.amazonaws.com"], only_denied=True),
        insights=[cloudtrail.InsightType.API_CALL_RATE, cloudtrail.InsightType.API_ERROR_RATE],
        organization=TrailOrganizationOptions(
            organization_id="o-a1b2c3d4e5",
            management_account_id="111111111111",
            accounts=["222222222222", "111111111111"],
        ),
    ),
    tamper_alerts=sns.Topic(stack, "Alerts"),
    deploying_role=iam.Role.from_role_name(stack, "Deploying", "deploys"),
    console_links=True,
)

archive.add_capture(
    "Account",
    event_patterns=[
        events.EventPattern(source=["aws.ssm"], detail_type=["Parameter Store Change"]),
        AuditEvents.cloud_trail_api_calls(services=["iam", "s3"], only_writes=True, exclude_calls_by_aws_services=True),
        AuditEvents.console_sign_ins(without_mfa=True),
        AuditEvents.identity_center_sign_ins(only_failures=True),
        AuditEvents.ec2_state_changes(["stopped", "terminated"]),
        AuditEvents.from_sources("aws.health", "aws.trustedadvisor"),
        AuditEvents.guard_duty_findings(min_severity=4.5),
        AuditEvents.custom(source="aws.s3", detail={"reason": ["DeleteObject"]}),
    ],
    include_read_only_api_calls=True,
)

archive.add_capture("Controls", event_patterns=AuditEvents.cis_foundations(controls=["4.1", "4.3", "4.5"]))

archive.add_capture("Clicks", event_bus=clicks, event_patterns=[events.EventPattern(source=["click"])], dedicated_stream=True)

orders = archive.add_event_bus(
    "Orders",
    event_bus_name="orders",
    event_patterns=[
        events.EventPattern(
            source=["order"],
            detail={"state": ["placed", "paid"], "currency": ["EUR"], "amount": events.Match.greater_than(100)},
        ),
    ],
)
archive.accept_events_from(accounts=["333333333333", "222222222222"], event_bus=orders)
archive.accept_events_from(organization_id="o-a1b2c3d4e5")

forwarder = EventForwarder(
    stack,
    "ToCentral",
    destination_event_bus=central,
    event_bus=orders,
    event_patterns=[events.EventPattern(source=["order"], detail={"state": ["paid"], "currency": ["EUR"]})],
)

archive.add_fan_out("Siem", FanOut.http(
    url="https://siem.example.com/events",
    authorization=FanOutAuthorization.api_key(header_name="Authorization", scheme="Bearer", secret=siem, secret_field="token"),
    headers={"X-Origin": "audit"},
    payload=FanOutPayload.fields({"when": "$.time", "what": "$.detail-type", "who": "$.detail.user"}),
    rate_limit_per_second=50,
))

archive.on_event(
    "Locked",
    event_pattern=events.EventPattern(source=["login.locked"]),
    target=targets.SqsQueue(sqs.Queue(stack, "LockedAccounts", enforce_ssl=True)),
)

archive.grant_query(iam.Role(stack, "Auditor", assumed_by=iam.AccountRootPrincipal()))

archive.metric_dead_letters().create_alarm(stack, "DeadLetters", threshold=1, evaluation_periods=1)
forwarder.metric_dead_letters().create_alarm(stack, "NotForwarded", threshold=1, evaluation_periods=1)
archive.dedicated_stream("Clicks").metric_throttled_records().create_alarm(stack, "Throttled", threshold=1, evaluation_periods=3)
archive.metric_data_freshness(period=Duration.minutes(1)).create_alarm(stack, "Late", threshold=900, evaluation_periods=3)

Annotations.of(archive).acknowledge_warning("cdk-event-audit-archive:overlappingPatterns", "Nothing is sent to this archive.")
Annotations.of(archive).acknowledge_warning("cdk-event-audit-archive:readOnlyApiCalls", "Nothing is sent to this archive.")

app.synth()
