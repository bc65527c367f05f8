/** The ARN of a queue or a stream, in parts. */
export interface Arn {
  readonly text: string
  /** `sqs` or `kinesis`. */
  readonly service: string
  readonly region: string
  readonly account: string
  readonly name: string
}

/** `arn:aws:sqs:region:account:name`, or `arn:aws:kinesis:region:account:stream/name`. */
const pattern =
  /^arn:aws[a-z-]*:(?<service>sqs|kinesis):(?<region>[a-z\d-]+):(?<account>\d{12}):(?:stream\/)?(?<name>[\w.-]{1,128})$/

/** Returns the parts of an ARN, or undefined for anything else. */
export const arnOf = (text: unknown): Arn | undefined => {
  const parts = typeof text === 'string' ? pattern.exec(text)?.groups : undefined
  return parts === undefined ? undefined : ({ text, ...parts } as Arn)
}

/** The ARN of a Lambda function, a version or an alias of it, in parts. */
export interface LambdaArn {
  readonly text: string
  readonly region: string
  readonly account: string
  /** Of the function. */
  readonly name: string
}

const lambdaPattern =
  /^arn:aws[a-z-]*:lambda:(?<region>[a-z\d-]+):(?<account>\d{12}):function:(?<name>[\w-]{1,64})(?::[\w$-]{1,128})?$/

/** Returns the parts of the ARN of a Lambda, or undefined for anything else. */
export const lambdaArnOf = (text: unknown): LambdaArn | undefined => {
  const parts = typeof text === 'string' ? lambdaPattern.exec(text)?.groups : undefined
  return parts === undefined ? undefined : ({ text, ...parts } as LambdaArn)
}
