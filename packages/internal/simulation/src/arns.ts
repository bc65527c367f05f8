export const region = 'us-east-1'
const account = '111122223333'

/** Returns the ARN of a queue or stream, in the account of the Lambdas or in another one. */
export const arnOf = (service: string, name: string, owner = account): string =>
  `arn:aws:${service}:${region}:${owner}:${name}`
