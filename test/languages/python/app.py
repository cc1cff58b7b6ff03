# The app of ../typescript/app.ts.

import sys

from aws_cdk import App, Duration, Size, Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_secretsmanager as secretsmanager
from aws_cdk import aws_sqs as sqs
from cdk_event_audit_archive import (
    AuditEvents,
    BasicAuthorizationOptions,
    CatalogOptions,
    DeliveryOptions,
    EventAuditArchive,
    FanOut,
    FanOutAuthorization,
    FanOutConfig,
    FanOutPayload,
    PartitionKey,
    PreviousLayout,
    QueryOptions,
    StorageOptions,
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
    partition_keys=[
        PartitionKey.event_type(values=["Login", "Logout"]),
        PartitionKey.from_jq("tenant", ".detail.tenant", values=["blue", "green"], retired_values=["red"]),
        PartitionKey.receipt_date(),
    ],
    delivery=DeliveryOptions(buffer_interval=Duration.seconds(buffer_seconds), buffer_size=Size.mebibytes(64)),
    storage=StorageOptions(retention=Duration.days(7 * 365), retention_by_event_type={"Logout": Duration.days(90)}),
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
    console_links=True,
)

archive.add_capture(
    "Account",
    event_patterns=[
        events.EventPattern(source=["aws.ssm"], detail_type=["Parameter Store Change"]),
        AuditEvents.cloud_trail_api_calls(services=["iam", "s3"], only_writes=True, exclude_calls_by_aws_services=True),
        AuditEvents.console_sign_ins(without_mfa=True),
        AuditEvents.ec2_state_changes(["stopped", "terminated"]),
        AuditEvents.from_sources("aws.health", "aws.trustedadvisor"),
        AuditEvents.guard_duty_findings(min_severity=4.5),
        AuditEvents.custom(source="aws.s3", detail={"reason": ["DeleteObject"]}),
    ],
    include_read_only_api_calls=True,
)

archive.add_capture("Controls", event_patterns=AuditEvents.cis_foundations(controls=["4.1", "4.3", "4.5"]))

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
archive.metric_data_freshness(period=Duration.minutes(1)).create_alarm(stack, "Late", threshold=900, evaluation_periods=3)

app.synth()
