import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { isObject } from '@lpipe/core/middleware'
import type { PathSchema } from '../api/types.ts'

/** Makes kwargs from a JSON Schema in a thread of its own: a schema may describe more than fits in memory, or in a lifetime. */
export interface KwargsGenerator {
  /**
   * Makes kwargs for each seed, the same ones for the same seed.
   *
   * @throws Error if none can be made from the schema, or not in time
   */
  readonly make: (seeds: readonly number[]) => Promise<readonly unknown[]>
  readonly close: () => Promise<unknown>
}

type Answer = { readonly kwargs: readonly unknown[] } | { readonly problem: string }

/** A text, because a thread starts from a file, and the package is built into one. */
const program = `
  const { parentPort, workerData } = require('node:worker_threads')
  const library = import(workerData.library)
  parentPort.on('message', async (seeds) => {
    try {
      const { generateSync } = await library
      parentPort.postMessage({ kwargs: seeds.map((seed) => generateSync(workerData.schema, { seed })) })
    } catch (error) {
      parentPort.postMessage({ problem: String(error) })
    }
  })
`

const maxMegabytes = 256

/** @param longestMillis within which kwargs must be made for all seeds of a call */
export const createKwargsGenerator = (
  schema: NonNullable<PathSchema['schema']>,
  longestMillis = 10_000,
): KwargsGenerator => {
  const worker = new Worker(program, {
    eval: true,
    workerData: { library: import.meta.resolve('json-schema-faker'), schema: modestSchema(schema) },
    resourceLimits: { maxOldGenerationSizeMb: maxMegabytes },
  })
  const ended = Promise.withResolvers<never>()
  ended.promise.catch(() => undefined) // it may end between two calls
  worker.on('error', (error) => ended.reject(error))
  worker.on('exit', () => ended.reject(new Error('the thread that makes messages has ended')))

  return {
    make: async (seeds) => {
      const timer = setTimeout(() => {
        const seconds = longestMillis / 1000
        ended.reject(
          new Error(`its messages are too large: none was made within ${seconds} seconds. Lower its minimums`),
        )
        void worker.terminate()
      }, longestMillis)
      try {
        worker.postMessage(seeds)
        const [answer] = (await Promise.race([once(worker, 'message'), ended.promise])) as [Answer]
        if ('problem' in answer) throw new Error(answer.problem)
        return answer.kwargs
      } finally {
        clearTimeout(timer)
      }
    },
    close: () => worker.terminate(),
  }
}

/** Most characters of a string and most items of an array, unless the schema requires more. */
const modest = { maxLength: 1000, maxItems: 100 } as const

/** Values, not schemas. */
const values = new Set(['const', 'enum', 'default', 'examples', 'example'])

/** Lowers the maximums of a schema: a string of up to 10 million characters is allowed, but no useful message. */
export const modestSchema = (schema: unknown): unknown => {
  if (Array.isArray(schema)) return schema.map(modestSchema)
  if (!isObject(schema)) return schema
  const lowered = Object.fromEntries(
    Object.entries(schema).map(([name, value]) => [name, values.has(name) ? value : modestSchema(value)]),
  )
  const { maxLength, minLength, maxItems, minItems } = schema
  if (typeof maxLength === 'number') lowered['maxLength'] = lower(maxLength, modest.maxLength, minLength)
  if (typeof maxItems === 'number') lowered['maxItems'] = lower(maxItems, modest.maxItems, minItems)
  return lowered
}

const lower = (maximum: number, limit: number, minimum: unknown): number =>
  Math.min(maximum, Math.max(limit, typeof minimum === 'number' ? minimum : 0))
