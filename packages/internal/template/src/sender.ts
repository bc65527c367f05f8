import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { InvalidConfigurationError, type Queue, type Sender } from '@lpipe/core'
import { checkOptions, errorMessage, invalidConfiguration, queueLabel } from '@lpipe/core/middleware'
import { defineSender } from '@lpipe/core/outbox'

/** Options of `lineSender()`. */
export interface LineSenderOptions {
  /** Most lines of a call. Default: 100. */
  readonly maxEntries?: number
}

/** The option of a queue: the directory of its file, which must exist. */
const queueOptions = { directory: 'string' } as const

const checkQueue = (queue: Queue): void => {
  if (!queue.options['directory']) invalidConfiguration(`queue ${queueLabel(queue)}: requires \`directory\``)
}

const pathOf = ({ name = '', options }: Queue): string => join(String(options['directory']), name)

/**
 * Appends a line to a file for each message. The declarations beside the function let `queue()` check the options of a queue
 * before the first send.
 *
 * @throws InvalidConfigurationError, when made, for an unknown option; at a send, if the directory does not exist
 * @example
 * queue({ type: 'lines', name: 'orders', directory: '/mnt/queues', sender: lineSender })
 */
// Pure, so that a bundler removes it from a Lambda that does not use it.
export const lineSender = /* @__PURE__ */ Object.assign(
  (options: LineSenderOptions = {}): Sender<string> => {
    checkOptions('lineSender', options, { maxEntries: 1 })
    return defineSender<string>({
      queueOptions,
      checkQueue,
      maxEntries: options.maxEntries ?? 100,
      maxBytes: 1024 * 1024,
      // Two files with one name in two directories are two queues.
      identityOf: pathOf,
      prepare: ({ body, headers }) => {
        const line = `{"body":${body},"headers":${JSON.stringify(headers)}}\n`
        // Lines of one file keep their order.
        return { wire: line, size: Buffer.byteLength(line), orderingKey: 'file' }
      },
      send: async (queue, lines, signal) => {
        try {
          await writeFile(pathOf(queue), lines.join(''), { flag: 'a', signal })
        } catch (cause) {
          if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause // is retried
          throw new InvalidConfigurationError(`lineSender: ${errorMessage(cause)}`, { cause })
        }
        return lines.map(() => undefined)
      },
    })
  },
  { queueOptions, checkQueue },
)
