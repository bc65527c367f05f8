import { InvalidConfigurationError } from '@lpipe/core'

/** The environment variables by which the AWS SDK finds the local servers. */
export type Environment = Readonly<Record<string, string>>

/**
 * Returns the variables that lead the AWS SDK to servers.
 *
 * @param lambda the server of Lambda's API. Default: the one of SQS, which refuses its calls
 */
export const environmentOf = (region: string, sqs: string, kinesis: string, lambda = sqs): Environment => ({
  AWS_ACCESS_KEY_ID: 'local',
  AWS_ENDPOINT_URL_KINESIS: kinesis,
  AWS_ENDPOINT_URL_LAMBDA: lambda,
  AWS_ENDPOINT_URL_SNS: sqs, // one server for both
  AWS_ENDPOINT_URL_SQS: sqs,
  AWS_REGION: region,
  AWS_SECRET_ACCESS_KEY: 'local',
})

/** Variables that are removed meanwhile: they would lead the SDK to a real account, or past the local servers. */
const overriddenVariables = [
  'AWS_IGNORE_CONFIGURED_ENDPOINT_URLS',
  'AWS_PROFILE',
  'AWS_SESSION_TOKEN',
  'AWS_USE_FIPS_ENDPOINT',
]

let inUse = false

/**
 * Sets the variables in `process.env`. All pipelines of a process share it, so only one can set it at a time.
 *
 * @returns a function that restores the previous values
 * @throws InvalidConfigurationError if another pipeline of this process has set its variables
 */
export const setEnvironment = (environment: Environment): (() => void) => {
  if (inUse) {
    throw new InvalidConfigurationError(
      'localPipeline: another pipeline of this process has set process.env. Stop it first, or set `environment: false` and pass `pipeline.clients` to your senders',
    )
  }
  inUse = true
  const names = [...Object.keys(environment), ...overriddenVariables]
  const before = names.map((name) => [name, process.env[name]] as const)
  for (const name of overriddenVariables) delete process.env[name]
  Object.assign(process.env, environment)

  return () => {
    inUse = false
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name]
      else process.env[name] = value
    }
  }
}
