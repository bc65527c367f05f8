import { InvalidConfigurationError } from '@lpipe/core'

/** The variables by which the AWS SDK finds the servers, for functions that make their clients themselves. */
export type Environment = Readonly<Record<string, string>>

export const environmentOf = (region: string, sqs: string, kinesis: string): Environment => ({
  AWS_ACCESS_KEY_ID: 'local',
  AWS_ENDPOINT_URL_KINESIS: kinesis,
  AWS_ENDPOINT_URL_SQS: sqs,
  AWS_REGION: region,
  AWS_SECRET_ACCESS_KEY: 'local',
})

/** What would lead the SDK elsewhere: to an account of the developer's, or past the endpoints. */
const astray = ['AWS_IGNORE_CONFIGURED_ENDPOINT_URLS', 'AWS_PROFILE', 'AWS_SESSION_TOKEN', 'AWS_USE_FIPS_ENDPOINT']

let taken = false

/**
 * Sets the variables in `process.env`, of which there is but one in a process.
 *
 * @returns what puts them back as they were
 * @throws InvalidConfigurationError if another pipeline of this process has set its own
 */
export const takeEnvironment = (environment: Environment): (() => void) => {
  if (taken) {
    throw new InvalidConfigurationError(
      'localPipeline: another pipeline of this process has set process.env. Stop it first, or give environment: false and hand pipeline.clients to your senders',
    )
  }
  taken = true
  const names = [...Object.keys(environment), ...astray]
  const before = names.map((name) => [name, process.env[name]] as const)
  for (const name of astray) delete process.env[name]
  Object.assign(process.env, environment)

  return () => {
    taken = false
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name]
      else process.env[name] = value
    }
  }
}
