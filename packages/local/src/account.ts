/** The account of both servers. */
const account = '000000000000'

/** The name by which AWS knows a queue, a stream or a function. */
export const arnOf = (service: 'sqs' | 'kinesis' | 'lambda' | 'iam', region: string, resource: string): string =>
  `arn:aws:${service}:${region}:${account}:${resource}`

/** Where a queue is, on the server that a request was made to. */
export const queueUrlOf = (host: string, name: string): string => `http://${host}/${account}/${name}`
