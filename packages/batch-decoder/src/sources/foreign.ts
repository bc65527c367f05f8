import { getOwn, isObject, nonEmptyString } from '@lpipe/core/middleware'

/** Services whose events Lambda polls: a response commits offsets or deletes messages. */
const polled = /^(?:aws:(?:sqs|kinesis|dynamodb|kafka|a?mq|rmq|docdb)|(?:aws:)?SelfManagedKafka)$/

const install = (name: string, source: string): string =>
  `Install ${name} and set \`source: ${source}\`, or add it to the list`

const installKafka = install('@lpipe/source-kafka', 'kafka()')

/** How the events of a service are read, if they came to a Lambda whose sources do not read them. */
export const fixes: Readonly<Record<string, string>> = {
  'aws:sqs': "Add 'sqs' to `source`",
  'aws:kinesis': "Add 'kinesis' to `source`",
  'aws:dynamodb': install('@lpipe/source-dynamodb', 'dynamodbStreams()'),
  'aws:kafka': installKafka,
  SelfManagedKafka: installKafka,
  'aws:SelfManagedKafka': installKafka,
  'aws:sns': install('@lpipe/source-sns', 'sns()'),
  'aws:s3':
    "Install @lpipe/envelopes and set `envelopes: [s3()]`, or add it to the list. If `source` is set, add 'raw' to it",
}

/**
 * Members that together only the event of one service has. Most of these services wait for a response of their own: that of a
 * RAW event would be a wrong one.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/lambda-services.html
 */
const marks: Readonly<Record<string, string>> = {
  deliveryStreamArn: 'Firehose transformation',
  invocationSchemaVersion: 'S3 Batch Operations',
  rmqMessagesByQueue: 'aws:rmq',
  'requestPayload responseContext': 'a Lambda destination',
  'hookTypeName requestContext': 'a CloudFormation hook',
  'authorizationToken requestContext': 'an AppSync authorizer',
  'type methodArn': 'an API Gateway authorizer',
  requestContext: 'API Gateway, a load balancer, a function URL or VPC Lattice',
  'raw_path method': 'VPC Lattice',
  'arguments identity': 'AppSync',
  'outErrors stash': 'AppSync',
  'triggerSource userPoolId': 'Cognito',
  'datasetName identityPoolId': 'Cognito Sync',
  'bot invocationSource': 'Lex',
  'session context request': 'Alexa',
  directive: 'Alexa',
  'messageVersion agent': 'Bedrock Agents',
  'Details Name': 'Connect',
  'InvocationMetadata Items': 'Connect',
  'CallDetails InvocationEventType': 'Chime SDK',
  'invokingEvent configRuleName': 'Config',
  'ResponseURL StackId': 'a CloudFormation custom resource',
  'fragment transformId': 'a CloudFormation macro',
  'CodePipeline.job': 'CodePipeline',
  'SecretId ClientRequestToken': 'Secrets Manager',
  'alarmArn alarmData': 'a CloudWatch alarm',
  widgetContext: 'a CloudWatch dashboard',
  'xAmzRequestId userRequest': 'S3 Object Lambda',
  'serverId protocol sourceIp': 'Transfer Family',
  'protocolData signatureVerified': 'an IoT authorizer',
  claimCertificateId: 'IoT provisioning',
  external_function: 'Redshift',
  '@type identity': 'Athena',
  'applicationArn records': 'Kinesis Data Analytics',
  'invocationId records': 'Firehose transformation', // samples of AWS leave out the ARN
  labelingJobArn: 'SageMaker Ground Truth',
  'AutoScalingGroupARN Instances': 'EC2 Auto Scaling',
  'connection-id endpoint-id': 'Client VPN',
  'summaryVersion envelope': 'WorkMail',
  'CampaignId Endpoints': 'Pinpoint',
}

const hasMembers = (event: object, members: string): boolean =>
  members.split(' ').every((member) => Object.hasOwn(event, member))

/**
 * Returns the name of the service that an event or a record says it is from. SNS spells the member with a capital, and
 * CloudFront and old skills of Alexa have none. An ARN and Kafka's records, by topic, say it too.
 */
export const serviceOf = (value: unknown): string | undefined =>
  nonEmptyString(getOwn(value, 'eventSource')) ??
  nonEmptyString(getOwn(value, 'EventSource')) ??
  (isObject(getOwn(getOwn(value, 'cf'), 'config')) ? 'CloudFront' : undefined) ??
  (typeof getOwn(getOwn(value, 'header'), 'payloadVersion') === 'string' ? 'Alexa' : undefined) ??
  serviceIn(getOwn(value, 'eventSourceArn')) ??
  (isByTopic(getOwn(value, 'records')) ? 'aws:kafka' : undefined)

const serviceIn = (arn: unknown): string | undefined => {
  const [, service] = typeof arn === 'string' ? (/^arn:[^:]+:([^:]+):/.exec(arn) ?? []) : []
  return service && `aws:${service}`
}

const isByTopic = (records: unknown): boolean =>
  isObject(records) &&
  Object.values(records)
    .flat()
    .some((record) => typeof getOwn(record, 'topic') === 'string' && getOwn(record, 'partition') !== undefined)

/**
 * Returns the name of the service that an event says it is from, if it says so. Such an event must not be taken for one RAW
 * message: the message would be dropped, and the response would commit or delete the whole batch.
 *
 * @param isGiven whether the user set `source: 'raw'`: then only services count whose events Lambda polls
 */
export const foreignServiceIn = (event: unknown, isGiven: boolean): string | undefined => {
  const records = Array.isArray(event) ? event : getOwn(event, 'Records')
  const name = [event, ...(Array.isArray(records) ? records : [])].map(serviceOf).find((one) => one !== undefined)
  if (isGiven) return name !== undefined && polled.test(name) ? name : undefined
  if (name !== undefined) return name
  if (isObject(event) && Object.hasOwn(event, 'Records')) return 'records without `eventSource`'
  // AppSync may send several requests at once.
  const one: unknown = Array.isArray(event) ? event[0] : event
  if (!isObject(one)) return undefined
  const mark = Object.keys(marks).find((members) => hasMembers(one, members))
  return mark === undefined ? undefined : marks[mark]
}
