import { existsSync, realpathSync } from 'node:fs'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { InvalidConfigurationError } from '@lpipe/core'
import { checkOptions } from '@lpipe/core/middleware'
import type { Description } from '@lpipe/system'
import { isSystem, type System } from '@lpipe/system/tools'

/** Options of `startDev()`. */
export interface DevOptions {
  /**
   * The file that describes the system, as a path or a `file:` URL: its default export, or `system`, is made with `system()`. Each
   * Lambda runs in processes of its own, and is built anew when its sources change. Either this or `system` is required.
   */
  readonly config?: string | URL
  /**
   * A system as a value, or its options with other functions. Its functions run in this process, as with `localPipeline()`: without
   * isolation, reload, captured output or dry runs.
   */
  readonly system?: Pick<System, 'queues' | 'streams' | 'functions'> & Partial<Pick<System, 'topics'>>
  /** With `system`: what `describe()` returned. Default: it is described here, so its handlers must not have been imported before. */
  readonly description?: Description
  /** The port of the page and the API. SQS and SNS have the next one, Kinesis and the list of event source mappings the two after it.
   * 0: free ones. Default: 4400 */
  readonly port?: number
  /** default `us-east-1` */
  readonly region?: string
  /** Whether to watch the sources; default true. */
  readonly watch?: boolean
  /** The title of the page. Default: the name of the folder. */
  readonly title?: string
  /** The token that requests must carry. Default: a new random one. At least 16 letters, digits, `-` or `_`. */
  readonly token?: string
  /** Called with each line to show. Default: writes it to the standard output. */
  readonly print?: (line: string) => void
  /** Whether to print what functions print; default true. The page and the API have it anyway. */
  readonly logs?: boolean
}

/** Options that were checked. */
export interface CheckedDevOptions
  extends Required<Omit<DevOptions, 'config' | 'system' | 'description' | 'title' | 'token'>> {
  readonly title: string | undefined
  readonly token: string | undefined
  readonly from:
    | { readonly config: string }
    | {
        readonly config?: undefined
        readonly system: NonNullable<DevOptions['system']>
        readonly description: Description | undefined
      }
}

const defaultPort = 4400

/** @throws InvalidConfigurationError if an option is wrong */
export const checkDevOptions = (options: DevOptions): CheckedDevOptions => {
  checkOptions('startDev', options, {
    config: 'any',
    system: 'object',
    description: 'object',
    port: 'any',
    region: 'string',
    watch: 'boolean',
    title: 'string',
    token: 'string',
    print: 'function',
    logs: 'boolean',
  })
  const { port = defaultPort, region = 'us-east-1', watch = true, logs = true, title, token } = options
  const { print = (line) => void process.stdout.write(`${line}\n`) } = options
  if (!Number.isInteger(port) || port < 0 || port > 65_532) {
    refuse(`\`port\` must be an integer from 0 to 65532, because the three after it are used too; received ${port}`)
  }
  if (token !== undefined && !/^[\w-]{16,}$/.test(token)) {
    refuse('`token` must have at least 16 letters, digits, hyphens or underscores')
  }
  return { from: systemOf(options), port, region, watch, logs, title, token, print }
}

const systemOf = ({ config, system, description }: DevOptions): CheckedDevOptions['from'] => {
  if ((config === undefined) === (system === undefined)) {
    return refuse('requires either `config`, the file that describes the system, or `system`, its value')
  }
  if (system !== undefined) {
    if (!isSystem(system)) refuse('`system` must be made with system() of @lpipe/system')
    return { system, description }
  }
  const text = String(config)
  const file = text.startsWith('file:') ? fileURLToPath(text) : resolve(text)
  if (!existsSync(file)) refuse(`\`config\`: there is no file ${file}`)
  return { config: realpathSync(file) }
}

const refuse = (text: string): never => {
  throw new InvalidConfigurationError(`startDev: ${text}`)
}
