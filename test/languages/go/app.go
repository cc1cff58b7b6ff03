// The app of ../typescript/app.ts.
package main

import (
	"os"
	"strconv"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudtrail"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsevents"
	"github.com/aws/aws-cdk-go/awscdk/v2/awseventstargets"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awskms"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssecretsmanager"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	audit "github.com/event-audit-archive/cdk-event-audit-archive-go/cdkeventauditarchive"
)

// queueFanOut is a fan-out of the user's own: to a queue that it makes.
type queueFanOut struct {
	audit.FanOut
}

func newQueueFanOut() audit.FanOut {
	fanOut := &queueFanOut{}
	audit.NewFanOut_Override(fanOut)
	return fanOut
}

func (f *queueFanOut) Bind(scope constructs.Construct) *audit.FanOutConfig {
	queue := awssqs.NewQueue(scope, jsii.String("Queue"), &awssqs.QueueProps{EnforceSSL: jsii.Bool(true)})
	return &audit.FanOutConfig{
		Target:        awseventstargets.NewSqsQueue(queue, nil),
		EventPatterns: &[]*awsevents.EventPattern{{DetailType: jsii.Strings("Login")}},
	}
}

func main() {
	defer jsii.Close()

	app := awscdk.NewApp(nil)
	stack := awscdk.NewStack(app, jsii.String("Languages"), nil)

	authEvents := awsevents.NewEventBus(stack, jsii.String("AuthEvents"), nil)
	clicks := awsevents.NewEventBus(stack, jsii.String("Clicks"), nil)
	central := awsevents.EventBus_FromEventBusArn(stack, jsii.String("Central"), jsii.String("arn:aws:events:eu-west-1:123456789012:event-bus/audit"))
	confluent := awssecretsmanager.Secret_FromSecretNameV2(stack, jsii.String("ConfluentCredentials"), jsii.String("confluent"))
	siem := awssecretsmanager.Secret_FromSecretNameV2(stack, jsii.String("SiemToken"), jsii.String("siem"))

	archive := audit.NewEventAuditArchive(stack, jsii.String("Audit"), &audit.EventAuditArchiveProps{
		EventBus: authEvents,
		EventPatterns: &[]*awsevents.EventPattern{
			{Source: jsii.Strings("login.success")},
			{Source: jsii.Strings("login.failed"), Detail: &map[string]any{"attempts": awsevents.Match_GreaterThan(jsii.Number(3))}},
		},
		EventArchive: &audit.EventArchiveOptions{Retention: awscdk.Duration_Days(jsii.Number(30))},
		PartitionKeys: &[]audit.PartitionKey{
			audit.PartitionKey_EventType(&audit.EventTypePartitionOptions{Values: jsii.Strings("Login", "Logout")}),
			audit.PartitionKey_FromJq(jsii.String("tenant"), jsii.String(".detail.tenant"), &audit.ListedPartitionOptions{
				Values:        jsii.Strings("blue", "green"),
				RetiredValues: jsii.Strings("red"),
			}),
			audit.PartitionKey_ReceiptDate(),
		},
		Delivery: &audit.DeliveryOptions{
			BufferInterval: awscdk.Duration_Seconds(jsii.Number(bufferSeconds())),
			BufferSize:     awscdk.Size_Mebibytes(jsii.Number(64)),
		},
		Storage: &audit.StorageOptions{
			Retention:            awscdk.Duration_Days(jsii.Number(7 * 365)),
			RetentionByEventType: &map[string]awscdk.Duration{"Logout": awscdk.Duration_Days(jsii.Number(90))},
			DeliveryTopic:        awssns.NewTopic(stack, jsii.String("Delivered"), nil),
		},
		Catalog: &audit.CatalogOptions{
			DatabaseName: jsii.String("audit"),
			PreviousLayouts: &[]*audit.PreviousLayout{
				{PartitionKeys: &[]audit.PartitionKey{audit.PartitionKey_ReceiptDate()}, LastDate: jsii.String("2026-06-30")},
			},
		},
		Query: &audit.QueryOptions{
			BytesScannedLimit: awscdk.Size_Gibibytes(jsii.Number(100)),
			ResultsRetention:  awscdk.Duration_Days(jsii.Number(7)),
		},
		EncryptionKey: awskms.NewKey(stack, jsii.String("Key"), &awskms.KeyProps{EnableKeyRotation: jsii.Bool(true)}),
		FanOut: &map[string]audit.FanOut{
			"Confluent": audit.FanOut_ConfluentCloud(&audit.ConfluentCloudFanOutOptions{
				RestEndpoint:  jsii.String("https://pkc-abcde.us-east-1.aws.confluent.cloud:443"),
				ClusterId:     jsii.String("lkc-abc123"),
				Topic:         jsii.String("audit"),
				Credentials:   &audit.BasicAuthorizationOptions{Secret: confluent},
				Payload:       audit.FanOutPayload_Detail(),
				EventPatterns: &[]*awsevents.EventPattern{{Source: jsii.Strings("login.failed")}},
			}),
			"Own": newQueueFanOut(),
		},
		Trail: &audit.TrailOptions{
			Retention:       awscdk.Duration_Days(jsii.Number(3650)),
			DeliveryTopic:   awssns.NewTopic(stack, jsii.String("Logged"), nil),
			IncludeKmsReads: jsii.Bool(false),
			DataEvents: &[]*audit.TrailDataEventOptions{
				{ResourceType: jsii.String("AWS::Lambda::Function")},
				{
					ResourceType:        jsii.String("AWS::DynamoDB::Table"),
					ResourceArnPrefixes: jsii.Strings("arn:aws:dynamodb:us-east-1:123456789012:table/orders"),
					ExcludeEventNames:   jsii.Strings("PutItem", "UpdateItem"),
					ReadWriteType:       awscloudtrail.ReadWriteType_WRITE_ONLY,
				},
			},
			NetworkActivity: &audit.TrailNetworkActivityOptions{
				EventSources: jsii.Strings("s3.amazonaws.com", "kms.amazonaws.com"),
				OnlyDenied:   jsii.Bool(true),
			},
			Insights: &[]awscloudtrail.InsightType{awscloudtrail.InsightType_API_CALL_RATE(), awscloudtrail.InsightType_API_ERROR_RATE()},
			Organization: &audit.TrailOrganizationOptions{
				OrganizationId:      jsii.String("o-a1b2c3d4e5"),
				ManagementAccountId: jsii.String("111111111111"),
				Accounts:            jsii.Strings("222222222222", "111111111111"),
			},
		},
		TamperAlerts:  awssns.NewTopic(stack, jsii.String("Alerts"), nil),
		DeployingRole: awsiam.Role_FromRoleName(stack, jsii.String("Deploying"), jsii.String("deploys"), nil),
		ConsoleLinks:  jsii.Bool(true),
	})

	archive.AddCapture(jsii.String("Account"), &audit.AddedCaptureOptions{
		EventPatterns: &[]*awsevents.EventPattern{
			{Source: jsii.Strings("aws.ssm"), DetailType: jsii.Strings("Parameter Store Change")},
			audit.AuditEvents_CloudTrailApiCalls(&audit.CloudTrailApiCallOptions{
				Services:                  jsii.Strings("iam", "s3"),
				OnlyWrites:                jsii.Bool(true),
				ExcludeCallsByAwsServices: jsii.Bool(true),
			}),
			audit.AuditEvents_ConsoleSignIns(&audit.ConsoleSignInOptions{WithoutMfa: jsii.Bool(true)}),
			audit.AuditEvents_IdentityCenterSignIns(&audit.IdentityCenterSignInOptions{OnlyFailures: jsii.Bool(true)}),
			audit.AuditEvents_Ec2StateChanges(jsii.Strings("stopped", "terminated")),
			audit.AuditEvents_FromSources(jsii.String("aws.health"), jsii.String("aws.trustedadvisor")),
			audit.AuditEvents_GuardDutyFindings(&audit.GuardDutyFindingOptions{MinSeverity: jsii.Number(4.5)}),
			audit.AuditEvents_Custom(&audit.CustomEventOptions{
				Source: jsii.String("aws.s3"),
				Detail: &map[string]any{"reason": jsii.Strings("DeleteObject")},
			}),
		},
		IncludeReadOnlyApiCalls: jsii.Bool(true),
	})

	archive.AddCapture(jsii.String("Controls"), &audit.AddedCaptureOptions{
		EventPatterns: audit.AuditEvents_CisFoundations(&audit.CisFoundationsOptions{Controls: jsii.Strings("4.1", "4.3", "4.5")}),
	})

	archive.AddCapture(jsii.String("Clicks"), &audit.AddedCaptureOptions{
		EventBus:        clicks,
		EventPatterns:   &[]*awsevents.EventPattern{{Source: jsii.Strings("click")}},
		DedicatedStream: jsii.Bool(true),
	})

	orders := archive.AddEventBus(jsii.String("Orders"), &audit.AddEventBusOptions{
		EventBusName: jsii.String("orders"),
		EventPatterns: &[]*awsevents.EventPattern{
			{
				Source: jsii.Strings("order"),
				Detail: &map[string]any{
					"state":    jsii.Strings("placed", "paid"),
					"currency": jsii.Strings("EUR"),
					"amount":   awsevents.Match_GreaterThan(jsii.Number(100)),
				},
			},
		},
	})
	archive.AcceptEventsFrom(&audit.AcceptEventsOptions{Accounts: jsii.Strings("333333333333", "222222222222"), EventBus: orders})
	archive.AcceptEventsFrom(&audit.AcceptEventsOptions{OrganizationId: jsii.String("o-a1b2c3d4e5")})

	forwarder := audit.NewEventForwarder(stack, jsii.String("ToCentral"), &audit.EventForwarderProps{
		DestinationEventBus: central,
		EventBus:            orders,
		EventPatterns: &[]*awsevents.EventPattern{
			{
				Source: jsii.Strings("order"),
				Detail: &map[string]any{"state": jsii.Strings("paid"), "currency": jsii.Strings("EUR")},
			},
		},
	})

	archive.AddFanOut(jsii.String("Siem"), audit.FanOut_Http(&audit.HttpFanOutOptions{
		Url: jsii.String("https://siem.example.com/events"),
		Authorization: audit.FanOutAuthorization_ApiKey(&audit.ApiKeyAuthorizationOptions{
			HeaderName:  jsii.String("Authorization"),
			Scheme:      jsii.String("Bearer"),
			Secret:      siem,
			SecretField: jsii.String("token"),
		}),
		Headers: &map[string]*string{"X-Origin": jsii.String("audit")},
		Payload: audit.FanOutPayload_Fields(&map[string]*string{
			"when": jsii.String("$.time"),
			"what": jsii.String("$.detail-type"),
			"who":  jsii.String("$.detail.user"),
		}),
		RateLimitPerSecond: jsii.Number(50),
	}))

	lockedAccounts := awssqs.NewQueue(stack, jsii.String("LockedAccounts"), &awssqs.QueueProps{EnforceSSL: jsii.Bool(true)})
	archive.OnEvent(jsii.String("Locked"), &audit.EventRuleOptions{
		EventPattern: &awsevents.EventPattern{Source: jsii.Strings("login.locked")},
		Target:       awseventstargets.NewSqsQueue(lockedAccounts, nil),
	})

	archive.GrantQuery(awsiam.NewRole(stack, jsii.String("Auditor"), &awsiam.RoleProps{AssumedBy: awsiam.NewAccountRootPrincipal()}))

	archive.MetricDeadLetters(nil).CreateAlarm(stack, jsii.String("DeadLetters"), &awscloudwatch.CreateAlarmOptions{
		Threshold:         jsii.Number(1),
		EvaluationPeriods: jsii.Number(1),
	})
	forwarder.MetricDeadLetters(nil).CreateAlarm(stack, jsii.String("NotForwarded"), &awscloudwatch.CreateAlarmOptions{
		Threshold:         jsii.Number(1),
		EvaluationPeriods: jsii.Number(1),
	})
	throttled := archive.DedicatedStream(jsii.String("Clicks")).MetricThrottledRecords(nil)
	throttled.CreateAlarm(stack, jsii.String("Throttled"), &awscloudwatch.CreateAlarmOptions{
		Threshold:         jsii.Number(1),
		EvaluationPeriods: jsii.Number(3),
	})
	freshness := archive.MetricDataFreshness(&awscloudwatch.MetricOptions{Period: awscdk.Duration_Minutes(jsii.Number(1))})
	freshness.CreateAlarm(stack, jsii.String("Late"), &awscloudwatch.CreateAlarmOptions{
		Threshold:         jsii.Number(900),
		EvaluationPeriods: jsii.Number(3),
	})

	annotations := awscdk.Annotations_Of(archive)
	annotations.AcknowledgeWarning(jsii.String("cdk-event-audit-archive:overlappingPatterns"), jsii.String("Nothing is sent to this archive."))
	annotations.AcknowledgeWarning(jsii.String("cdk-event-audit-archive:readOnlyApiCalls"), jsii.String("Nothing is sent to this archive."))

	app.Synth(nil)
}

func bufferSeconds() int {
	if len(os.Args) < 2 {
		return 60
	}
	seconds, err := strconv.Atoi(os.Args[1])
	if err != nil {
		panic(err)
	}
	return seconds
}
