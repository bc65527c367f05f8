import { accessKeyOf, type Environment } from '@lpipe/local/tools'

/** Variables that would lead the AWS SDK to a real account, or past the emulators. */
const removed = [
  'AWS_IGNORE_CONFIGURED_ENDPOINT_URLS',
  'AWS_PROFILE',
  'AWS_SESSION_TOKEN',
  'AWS_USE_FIPS_ENDPOINT',
  'AWS_ENDPOINT_URL',
]

/** What the variables of a Lambda are made of. */
export interface VariablesOptions {
  readonly name: string
  /** MB */
  readonly memory: number
  /** Its own ones, from the system. */
  readonly own?: Readonly<Record<string, string>> | undefined
  /** Those by which the AWS SDK finds the emulators. */
  readonly emulators: Environment
}

/**
 * Returns the environment variables of a Lambda: those of the server, so that a database is found; its own; those of Lambda; and
 * those of the emulators. Its access key says which function makes a call.
 */
export const variablesOf = ({
  name,
  memory,
  own,
  emulators,
}: VariablesOptions): Record<string, string | undefined> => ({
  ...Object.fromEntries(Object.entries(process.env).filter(([variable]) => !removed.includes(variable))),
  AWS_LAMBDA_FUNCTION_NAME: name,
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memory),
  AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
  ...own,
  ...emulators,
  AWS_ACCESS_KEY_ID: accessKeyOf(name),
})
