/** The AWS account that both servers use. */
const account = '000000000000'

/** The ARN of a queue, a stream, a function or a role. */
export const arnOf = (
  service: 'sqs' | 'sns' | 'kinesis' | 'lambda' | 'iam',
  region: string,
  resource: string,
): string => `arn:aws:${service}:${region}:${account}:${resource}`

/** The URL of a queue, on the host that a request was made to. */
export const queueUrlOf = (host: string, name: string): string => `http://${host}/${account}/${name}`
