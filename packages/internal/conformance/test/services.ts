import { dynamodbStreams } from '@lpipe/source-dynamodb'
import { kafka } from '@lpipe/source-kafka'
import { sns } from '@lpipe/source-sns'
import {
  awslogsEvent,
  dynamodbEvent,
  eventBridgeEvent,
  kafkaEvent,
  kinesisEvent,
  snsEvent,
  sqsEvent,
} from '@lpipe/testing'
import type { EventSource } from 'lpipe-preset'

/**
 * What lpipe does with the event of a service: `handled` without an option; `source`, handled with the source of a package,
 * which the error names otherwise; `refused`, with an error that names the service.
 */
export type Service = {
  readonly service: string
  /** How Lambda is invoked: it polls, the service waits for the response, or the event is queued. */
  readonly invocation: 'polled' | 'synchronous' | 'asynchronous'
  readonly event: unknown
} & (
  | { readonly lpipe: 'handled'; readonly messages: number }
  | {
      readonly lpipe: 'source'
      readonly messages: number
      readonly package: string
      readonly source: () => EventSource
    }
  /** What the error says was received. */
  | { readonly lpipe: 'refused'; readonly received: string }
)

const base64 = (text: string): string => Buffer.from(text).toString('base64')
const arn = (rest: string): string => `arn:aws:${rest}`

const http = 'API Gateway, a load balancer, a function URL or VPC Lattice'
const packages = {
  dynamodb: { lpipe: 'source', package: '@lpipe/source-dynamodb', source: () => dynamodbStreams() },
  kafka: { lpipe: 'source', package: '@lpipe/source-kafka', source: () => kafka() },
  sns: { lpipe: 'source', package: '@lpipe/source-sns', source: () => sns() },
} as const

const kafkaRecord = { topic: 'orders', partition: 0, offset: 1, key: null, value: base64('{"id":1}'), headers: [] }

/**
 * The services that invoke Lambda, with a sample of the event of each.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/lambda-services.html
 */
export const services: readonly Service[] = [
  // Lambda polls: a response that names no failure deletes messages or commits offsets.
  { service: 'SQS', invocation: 'polled', event: sqsEvent([{ id: 1 }, { id: 2 }]), lpipe: 'handled', messages: 2 },
  {
    service: 'SQS, FIFO',
    invocation: 'polled',
    event: sqsEvent([{ id: 1 }, { id: 2 }], { name: 'orders.fifo', groupId: () => 'a' }),
    lpipe: 'handled',
    messages: 2,
  },
  {
    service: 'EventBridge Pipes from SQS',
    invocation: 'synchronous',
    event: sqsEvent([{ id: 1 }]).Records,
    lpipe: 'handled',
    messages: 1,
  },
  { service: 'Kinesis', invocation: 'polled', event: kinesisEvent([{ id: 1 }]), lpipe: 'handled', messages: 1 },
  {
    service: 'EventBridge Pipes from Kinesis',
    invocation: 'synchronous',
    event: kinesisEvent([{ id: 1 }]).Records.map(({ kinesis, ...record }) => ({ ...record, ...kinesis })),
    lpipe: 'handled',
    messages: 1,
  },
  {
    service: 'Kinesis, a tumbling window',
    invocation: 'polled',
    event: {
      ...kinesisEvent([{ id: 1 }]),
      window: { start: '2026-01-02T10:00:00Z', end: '2026-01-02T10:02:00Z' },
      state: {},
      isFinalInvokeForWindow: false,
      isWindowTerminatedEarly: false,
    },
    lpipe: 'refused',
    received: 'the event belongs to a tumbling window',
  },
  {
    service: 'Kinesis, the end of a tumbling window',
    invocation: 'polled',
    event: {
      Records: [],
      window: { start: '2026-01-02T10:00:00Z', end: '2026-01-02T10:02:00Z' },
      state: { total: 7 },
      isFinalInvokeForWindow: true,
      isWindowTerminatedEarly: false,
    },
    lpipe: 'refused',
    received: 'the event belongs to a tumbling window',
  },
  {
    service: 'DynamoDB Streams',
    invocation: 'polled',
    event: dynamodbEvent([{ newImage: { id: 1 } }]),
    ...packages.dynamodb,
    messages: 1,
  },
  {
    service: 'EventBridge Pipes from DynamoDB Streams',
    invocation: 'synchronous',
    event: dynamodbEvent([{ newImage: { id: 1 } }]).Records,
    ...packages.dynamodb,
    messages: 1,
  },
  {
    service: 'DynamoDB Streams, a tumbling window',
    invocation: 'polled',
    event: {
      ...dynamodbEvent([{ newImage: { id: 1 } }]),
      window: { start: '2026-01-02T10:00:00Z', end: '2026-01-02T10:02:00Z' },
      state: {},
      isFinalInvokeForWindow: false,
      isWindowTerminatedEarly: false,
    },
    lpipe: 'refused',
    received: 'the event belongs to a tumbling window',
  },
  {
    service: 'Amazon MSK',
    invocation: 'polled',
    event: kafkaEvent([{ id: 1 }, { id: 2 }, null]),
    ...packages.kafka,
    messages: 3,
  },
  {
    service: 'self-managed Kafka',
    invocation: 'polled',
    event: { eventSource: 'SelfManagedKafka', bootstrapServers: 'kafka:9092', records: { 'orders-0': [kafkaRecord] } },
    ...packages.kafka,
    messages: 1,
  },
  {
    service: 'EventBridge Pipes from Kafka',
    invocation: 'synchronous',
    event: [{ ...kafkaRecord, eventSource: 'aws:kafka', eventSourceKey: 'orders-0', eventSourceArn: arn('kafka:c') }],
    ...packages.kafka,
    messages: 1,
  },
  {
    service: 'Amazon MQ, ActiveMQ',
    invocation: 'polled',
    event: {
      eventSource: 'aws:mq',
      eventSourceArn: arn('mq:us-east-1:123456789012:broker:orders:b-9bcfa592'),
      messages: [
        { messageID: 'ID:b-9bcfa592', messageType: 'jms/text-message', data: base64('{}'), redelivered: false },
      ],
    },
    lpipe: 'refused',
    received: 'aws:mq',
  },
  {
    service: 'Amazon MQ, RabbitMQ',
    invocation: 'polled',
    event: {
      eventSource: 'aws:rmq',
      eventSourceArn: arn('mq:us-east-1:123456789012:broker:orders:b-9bcfa592'),
      rmqMessagesByQueue: { 'orders::/': [{ basicProperties: {}, redelivered: false, data: base64('{}') }] },
    },
    lpipe: 'refused',
    received: 'aws:rmq',
  },
  {
    service: 'EventBridge Pipes from RabbitMQ',
    invocation: 'synchronous',
    event: [{ eventSource: 'aws:rmq', eventSourceArn: arn('mq:b'), eventSourceKey: 'orders::/', data: base64('{}') }],
    lpipe: 'refused',
    received: 'records of aws:rmq',
  },
  {
    service: 'DocumentDB',
    invocation: 'polled',
    event: {
      eventSource: 'aws:docdb',
      eventSourceArn: arn('rds:us-east-1:123456789012:cluster:orders'),
      events: [{ event: { operationType: 'insert', fullDocument: {} } }],
    },
    lpipe: 'refused',
    received: 'aws:docdb',
  },

  // Asynchronous: what is not processed is lost after the retries.
  {
    service: 'SNS',
    invocation: 'asynchronous',
    event: snsEvent([{ id: 1 }]),
    ...packages.sns,
    messages: 1,
  },
  {
    service: 'EventBridge',
    invocation: 'asynchronous',
    event: eventBridgeEvent({ id: 1 }),
    lpipe: 'handled',
    messages: 1,
  },
  {
    service: 'EventBridge, a schedule',
    invocation: 'asynchronous',
    event: { ...eventBridgeEvent({}, 'Scheduled Event'), source: 'aws.events' },
    lpipe: 'handled',
    messages: 1,
  },
  {
    service: 'EventBridge Scheduler',
    invocation: 'asynchronous',
    event: { ...eventBridgeEvent('{}', 'Scheduled Event'), source: 'aws.scheduler' },
    lpipe: 'handled',
    messages: 1,
  },
  {
    service: 'EventBridge Scheduler, with an input of its own',
    invocation: 'asynchronous',
    event: { id: 1 },
    lpipe: 'handled',
    messages: 1,
  },
  {
    service: 'CloudWatch Logs',
    invocation: 'asynchronous',
    event: awslogsEvent([{ id: 1 }, 'plain text']),
    lpipe: 'handled',
    messages: 2,
  },
  {
    service: 'CloudWatch, an alarm',
    invocation: 'asynchronous',
    event: {
      source: 'aws.cloudwatch',
      alarmArn: arn('cloudwatch:us-east-1:123456789012:alarm:errors'),
      accountId: '123456789012',
      time: '2026-01-02T10:00:00.000+0000',
      region: 'us-east-1',
      alarmData: { alarmName: 'errors', state: { value: 'ALARM' } },
    },
    lpipe: 'refused',
    received: 'a CloudWatch alarm',
  },
  {
    service: 'S3',
    invocation: 'asynchronous',
    event: {
      Records: [
        {
          eventVersion: '2.1',
          eventSource: 'aws:s3',
          eventName: 'ObjectCreated:Put',
          s3: { bucket: { name: 'b' }, object: { key: 'k', size: 1 } },
        },
      ],
    },
    lpipe: 'refused',
    received: 'records of aws:s3',
  },
  {
    service: 'SES',
    invocation: 'asynchronous',
    event: { Records: [{ eventVersion: '1.0', eventSource: 'aws:ses', ses: { mail: {}, receipt: {} } }] },
    lpipe: 'refused',
    received: 'records of aws:ses',
  },
  {
    service: 'CodeCommit',
    invocation: 'asynchronous',
    event: { Records: [{ eventSource: 'aws:codecommit', codecommit: { references: [] } }] },
    lpipe: 'refused',
    received: 'records of aws:codecommit',
  },
  {
    service: 'CodePipeline',
    invocation: 'asynchronous',
    event: { 'CodePipeline.job': { id: '1', accountId: '123456789012', data: {} } },
    lpipe: 'refused',
    received: 'CodePipeline',
  },
  {
    service: 'CloudFormation, a custom resource',
    invocation: 'asynchronous',
    event: {
      RequestType: 'Create',
      ResponseURL: 'https://example.com',
      StackId: arn('cloudformation:s'),
      RequestId: '1',
      LogicalResourceId: 'r',
      ResourceType: 'Custom::R',
      ResourceProperties: { ServiceToken: arn('lambda:f') },
    },
    lpipe: 'refused',
    received: 'a CloudFormation custom resource',
  },
  {
    service: 'CloudFormation, a macro',
    invocation: 'synchronous',
    event: {
      region: 'us-east-1',
      accountId: '123456789012',
      fragment: {},
      transformId: 't',
      params: {},
      requestId: '1',
    },
    lpipe: 'refused',
    received: 'a CloudFormation macro',
  },
  {
    service: 'CloudFormation, a hook',
    invocation: 'synchronous',
    event: {
      clientRequestToken: 't',
      hookTypeName: 'Shop::Check::Hook',
      actionInvocationPoint: 'CREATE_PRE_PROVISION',
      requestData: { targetName: 'AWS::S3::Bucket' },
      requestContext: { invocation: 1 },
    },
    lpipe: 'refused',
    received: 'a CloudFormation hook',
  },
  {
    service: 'CloudWatch, a widget of a dashboard',
    invocation: 'synchronous',
    event: { widgetContext: { dashboardName: 'd', widgetId: 'w', params: {} } },
    lpipe: 'refused',
    received: 'a CloudWatch dashboard',
  },
  {
    service: 'Config',
    invocation: 'asynchronous',
    event: { invokingEvent: '{}', ruleParameters: '{}', resultToken: 't', configRuleName: 'rule', version: '1.0' },
    lpipe: 'refused',
    received: 'Config',
  },
  {
    service: 'IoT, a rule',
    invocation: 'asynchronous',
    event: { temperature: 21 },
    lpipe: 'handled',
    messages: 1,
  },
  {
    service: 'IoT Events',
    invocation: 'asynchronous',
    event: { event: { eventName: 'hot' }, payload: { detector: {}, state: {} } },
    lpipe: 'handled',
    messages: 1,
  },
  {
    service: 'a Lambda destination',
    invocation: 'asynchronous',
    event: {
      version: '1.0',
      timestamp: '2026-01-02T10:00:00.000Z',
      requestContext: { requestId: '1', functionArn: arn('lambda:f'), condition: 'Success' },
      requestPayload: {},
      responseContext: { statusCode: 200 },
      responsePayload: {},
    },
    lpipe: 'refused',
    received: 'a Lambda destination',
  },
  {
    service: 'Secrets Manager, a rotation',
    invocation: 'asynchronous',
    event: { Step: 'createSecret', SecretId: arn('secretsmanager:s'), ClientRequestToken: 't' },
    lpipe: 'refused',
    received: 'Secrets Manager',
  },

  // The service waits for a response of its own.
  { service: 'Lambda, invoked directly', invocation: 'synchronous', event: [{ id: 1 }], lpipe: 'handled', messages: 1 },
  { service: 'Step Functions', invocation: 'synchronous', event: { order: { id: 1 } }, lpipe: 'handled', messages: 1 },
  { service: 'Aurora and RDS', invocation: 'synchronous', event: { id: 1 }, lpipe: 'handled', messages: 1 },
  {
    service: 'API Gateway, REST',
    invocation: 'synchronous',
    event: {
      resource: '/orders',
      path: '/orders',
      httpMethod: 'POST',
      headers: {},
      requestContext: { stage: 'prod' },
      body: '{}',
      isBase64Encoded: false,
    },
    lpipe: 'refused',
    received: http,
  },
  {
    service: 'API Gateway, HTTP, and function URLs',
    invocation: 'synchronous',
    event: {
      version: '2.0',
      routeKey: '$default',
      rawPath: '/',
      headers: {},
      requestContext: { http: { method: 'GET' } },
      isBase64Encoded: false,
    },
    lpipe: 'refused',
    received: http,
  },
  {
    service: 'API Gateway, WebSocket',
    invocation: 'synchronous',
    event: { requestContext: { routeKey: '$default', connectionId: 'c' }, body: '{}', isBase64Encoded: false },
    lpipe: 'refused',
    received: http,
  },
  {
    service: 'API Gateway, an authorizer',
    invocation: 'synchronous',
    event: { type: 'TOKEN', authorizationToken: 't', methodArn: arn('execute-api:a') },
    lpipe: 'refused',
    received: 'an API Gateway authorizer',
  },
  {
    service: 'Application Load Balancer',
    invocation: 'synchronous',
    event: {
      requestContext: { elb: { targetGroupArn: arn('elasticloadbalancing:t') } },
      httpMethod: 'GET',
      path: '/',
      headers: {},
      body: '',
      isBase64Encoded: false,
    },
    lpipe: 'refused',
    received: http,
  },
  {
    service: 'VPC Lattice',
    invocation: 'synchronous',
    event: { raw_path: '/', method: 'GET', headers: {}, body: '', is_base64_encoded: false },
    lpipe: 'refused',
    received: 'VPC Lattice',
  },
  {
    service: 'AppSync',
    invocation: 'synchronous',
    event: { arguments: { id: 1 }, identity: null, source: null, request: { headers: {} }, prev: null, info: {} },
    lpipe: 'refused',
    received: 'AppSync',
  },
  {
    service: 'AppSync, several requests at once',
    invocation: 'synchronous',
    event: [{ arguments: {}, identity: null, source: { id: 1 }, request: { headers: {} }, prev: null, info: {} }],
    lpipe: 'refused',
    received: 'AppSync',
  },
  {
    service: 'AppSync Events',
    invocation: 'synchronous',
    event: {
      identity: null,
      result: null,
      request: { headers: {} },
      info: { channel: { path: '/default/a' }, channelNamespace: { name: 'default' }, operation: 'PUBLISH' },
      error: null,
      prev: null,
      stash: {},
      outErrors: [],
      events: [{ id: '1', payload: {} }],
    },
    lpipe: 'refused',
    received: 'AppSync',
  },
  {
    service: 'AppSync, an authorizer',
    invocation: 'synchronous',
    event: { authorizationToken: 't', requestContext: { apiId: 'a', queryString: 'q', variables: {} } },
    lpipe: 'refused',
    received: 'an AppSync authorizer',
  },
  {
    service: 'Cognito, a user pool',
    invocation: 'synchronous',
    event: {
      version: '1',
      triggerSource: 'PreSignUp_SignUp',
      region: 'us-east-1',
      userPoolId: 'p',
      userName: 'u',
      request: {},
      response: {},
    },
    lpipe: 'refused',
    received: 'Cognito',
  },
  {
    service: 'Cognito Sync',
    invocation: 'synchronous',
    event: {
      version: 2,
      eventType: 'SyncTrigger',
      identityPoolId: 'p',
      identityId: 'i',
      datasetName: 'd',
      datasetRecords: {},
    },
    lpipe: 'refused',
    received: 'Cognito Sync',
  },
  {
    service: 'Lex',
    invocation: 'synchronous',
    event: {
      messageVersion: '1.0',
      invocationSource: 'DialogCodeHook',
      sessionId: 's',
      inputTranscript: 'hi',
      bot: { name: 'b' },
      sessionState: {},
    },
    lpipe: 'refused',
    received: 'Lex',
  },
  {
    service: 'Alexa',
    invocation: 'synchronous',
    event: { version: '1.0', session: {}, context: {}, request: { type: 'LaunchRequest' } },
    lpipe: 'refused',
    received: 'Alexa',
  },
  {
    service: 'Alexa, smart home',
    invocation: 'synchronous',
    event: { directive: { header: { namespace: 'Alexa.Discovery' }, payload: {} } },
    lpipe: 'refused',
    received: 'Alexa',
  },
  {
    service: 'Alexa, smart home, version 2',
    invocation: 'synchronous',
    event: {
      header: { namespace: 'Alexa.ConnectedHome.Discovery', payloadVersion: '2' },
      payload: { accessToken: 't' },
    },
    lpipe: 'refused',
    received: 'Alexa',
  },
  {
    service: 'CloudFront, Lambda@Edge',
    invocation: 'synchronous',
    event: { Records: [{ cf: { config: { eventType: 'viewer-request' }, request: { uri: '/' } } }] },
    lpipe: 'refused',
    received: 'records of CloudFront',
  },
  {
    service: 'Firehose, a transformation',
    invocation: 'synchronous',
    event: {
      invocationId: 'i',
      deliveryStreamArn: arn('firehose:d'),
      region: 'us-east-1',
      records: [{ recordId: '1', approximateArrivalTimestamp: 1, data: base64('{}') }],
    },
    lpipe: 'refused',
    received: 'Firehose transformation',
  },
  {
    service: 'Firehose, as samples of AWS have it',
    invocation: 'synchronous',
    event: { invocationId: 'i', region: 'us-east-1', records: [{ recordId: '1', data: base64('{}') }] },
    lpipe: 'refused',
    received: 'Firehose transformation',
  },
  {
    service: 'Kinesis Data Analytics',
    invocation: 'synchronous',
    event: {
      invocationId: 'i',
      applicationArn: arn('kinesisanalytics:a'),
      records: [{ recordId: '1', data: base64('{}') }],
    },
    lpipe: 'refused',
    received: 'Kinesis Data Analytics',
  },
  {
    service: 'S3 Batch Operations',
    invocation: 'synchronous',
    event: {
      invocationSchemaVersion: '1.0',
      invocationId: 'i',
      job: { id: 'j' },
      tasks: [{ taskId: 't', s3Key: 'k' }],
    },
    lpipe: 'refused',
    received: 'S3 Batch Operations',
  },
  {
    service: 'S3 Object Lambda',
    invocation: 'synchronous',
    event: { xAmzRequestId: '1', getObjectContext: { inputS3Url: 'u' }, configuration: {}, userRequest: {} },
    lpipe: 'refused',
    received: 'S3 Object Lambda',
  },
  {
    service: 'S3 Object Lambda, a list of objects',
    invocation: 'synchronous',
    event: { xAmzRequestId: '1', listObjectsV2Context: {}, configuration: {}, userRequest: {} },
    lpipe: 'refused',
    received: 'S3 Object Lambda',
  },
  {
    service: 'SageMaker Ground Truth',
    invocation: 'synchronous',
    event: { version: '2018-10-16', labelingJobArn: arn('sagemaker:j'), dataObject: { 'source-ref': 's3://b/k' } },
    lpipe: 'refused',
    received: 'SageMaker Ground Truth',
  },
  {
    service: 'Bedrock Agents',
    invocation: 'synchronous',
    event: {
      messageVersion: '1.0',
      agent: { name: 'a' },
      inputText: 'hi',
      sessionId: 's',
      actionGroup: 'g',
      parameters: [],
    },
    lpipe: 'refused',
    received: 'Bedrock Agents',
  },
  {
    service: 'Connect',
    invocation: 'synchronous',
    event: { Details: { ContactData: {}, Parameters: {} }, Name: 'ContactFlowEvent' },
    lpipe: 'refused',
    received: 'Connect',
  },
  {
    service: 'Connect, an outbound campaign',
    invocation: 'synchronous',
    event: { InvocationMetadata: { CampaignContext: { CampaignId: 'c' } }, Items: { CustomerProfiles: [] } },
    lpipe: 'refused',
    received: 'Connect',
  },
  {
    service: 'Chime SDK',
    invocation: 'synchronous',
    event: { SchemaVersion: '1.0', Sequence: 1, InvocationEventType: 'NEW_INBOUND_CALL', CallDetails: {} },
    lpipe: 'refused',
    received: 'Chime SDK',
  },
  {
    service: 'Transfer Family',
    invocation: 'synchronous',
    event: { username: 'u', password: 'p', protocol: 'SFTP', serverId: 's-1', sourceIp: '192.0.2.1' },
    lpipe: 'refused',
    received: 'Transfer Family',
  },
  {
    service: 'IoT, an authorizer',
    invocation: 'synchronous',
    event: { token: 't', signatureVerified: true, protocols: ['http'], protocolData: {}, connectionMetadata: {} },
    lpipe: 'refused',
    received: 'an IoT authorizer',
  },
  {
    service: 'IoT, provisioning',
    invocation: 'synchronous',
    event: {
      claimCertificateId: 'c',
      certificateId: 'd',
      certificatePem: '',
      templateArn: arn('iot:t'),
      parameters: {},
    },
    lpipe: 'refused',
    received: 'IoT provisioning',
  },
  {
    service: 'Redshift',
    invocation: 'synchronous',
    event: {
      request_id: '1',
      cluster: arn('redshift:c'),
      external_function: 'public.f',
      num_records: 1,
      arguments: [[1]],
    },
    lpipe: 'refused',
    received: 'Redshift',
  },
  {
    service: 'Athena',
    invocation: 'synchronous',
    event: { '@type': 'PingRequest', identity: { arn: arn('iam:u') }, catalogName: 'c', queryId: 'q' },
    lpipe: 'refused',
    received: 'Athena',
  },
  {
    service: 'EC2 Auto Scaling, a termination policy',
    invocation: 'synchronous',
    event: { AutoScalingGroupARN: arn('autoscaling:g'), AutoScalingGroupName: 'g', Instances: [], Cause: 'SCALE_IN' },
    lpipe: 'refused',
    received: 'EC2 Auto Scaling',
  },
  {
    service: 'Client VPN',
    invocation: 'synchronous',
    event: { 'connection-id': 'c', 'endpoint-id': 'e', username: 'u', 'schema-version': 'v3' },
    lpipe: 'refused',
    received: 'Client VPN',
  },
  {
    service: 'WorkMail',
    invocation: 'synchronous',
    event: { summaryVersion: '2018-10-10', envelope: { mailFrom: {}, recipients: [] }, subject: 's', messageId: 'm' },
    lpipe: 'refused',
    received: 'WorkMail',
  },
  {
    service: 'Pinpoint',
    invocation: 'synchronous',
    event: { MessageConfiguration: {}, ApplicationId: 'a', CampaignId: 'c', TreatmentId: '0', Endpoints: {} },
    lpipe: 'refused',
    received: 'Pinpoint',
  },
]
