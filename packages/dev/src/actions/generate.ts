import { randomInt, randomUUID } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import type { Pipeline } from '@lpipe/local/tools'
import { generateSync, type JsonSchema } from 'json-schema-faker'
import type { GenerateRequest, Generation, PathSchema } from '../api/types.ts'

/** Sends generated messages. */
export interface Generator {
  /** @throws Error if no message can be generated from the schema */
  readonly start: (request: GenerateRequest, path: PathSchema) => Generation
  readonly list: () => Generation[]
  readonly stop: (id: string) => Generation | undefined
  readonly close: () => void
}

/** What the generator works with. */
export interface GeneratorParts {
  readonly send: Pipeline['send']
  readonly onSent: (ids: readonly string[]) => void
  readonly onChange: (generation: Generation) => void
}

const maxKept = 50
/** Milliseconds between two sends. */
const pause = 50

export const createGenerator = ({ send, onSent, onChange }: GeneratorParts): Generator => {
  const generations = new Map<string, { readonly generation: Generation; readonly controller: AbortController }>()

  const run = async (generation: Generation, { schema, isDefault }: PathSchema, signal: AbortSignal): Promise<void> => {
    const { to, path, count, rate, seed } = generation
    const startedAt = performance.now()
    while (generation.sent < count && !signal.aborted) {
      const due = Math.min(count, Math.ceil(((performance.now() - startedAt) / 1000) * rate) + 1)
      const messages = Array.from({ length: due - generation.sent }, (_, index) => {
        const kwargs = kwargsOf(schema, seed + generation.sent + index)
        return isDefault ? kwargs : { path, kwargs }
      })
      onSent(await send(to, messages))
      generation.sent += messages.length
      onChange(generation)
      if (generation.sent < count) await setTimeout(pause, undefined, { signal }).catch(() => undefined)
    }
  }

  const end = (generation: Generation, state: Generation['state'], problem?: string): void => {
    generation.state = state
    generation.endedAt = Date.now()
    if (problem !== undefined) generation.problem = problem
    onChange(generation)
  }

  return {
    start: (request, path) => {
      const seed = request.seed ?? randomInt(2 ** 31)
      kwargsOf(path.schema, seed) // refused at once if the schema cannot be used
      const { to, count, rate } = request
      const generation: Generation = {
        id: randomUUID(),
        to,
        path: request.path,
        count,
        rate,
        seed,
        sent: 0,
        startedAt: Date.now(),
        state: 'running',
      }
      const controller = new AbortController()
      generations.set(generation.id, { generation, controller })
      const [oldest] = generations.keys()
      if (generations.size > maxKept && oldest !== undefined) generations.delete(oldest)
      run(generation, path, controller.signal).then(
        () => end(generation, controller.signal.aborted ? 'stopped' : 'done'),
        (error: unknown) => end(generation, 'failed', error instanceof Error ? error.message : String(error)),
      )
      return generation
    },
    list: () => [...generations.values()].map(({ generation }) => generation).reverse(),
    stop: (id) => {
      const found = generations.get(id)
      found?.controller.abort()
      return found?.generation
    },
    close: () => {
      for (const { controller } of generations.values()) controller.abort()
    },
  }
}

/** @throws Error if the schema cannot be used */
const kwargsOf = (schema: PathSchema['schema'], seed: number): unknown =>
  generateSync((schema ?? { type: 'object' }) as JsonSchema, { seed })
