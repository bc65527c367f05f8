import { randomInt, randomUUID } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import { errorMessage } from '@lpipe/core/middleware'
import type { Pipeline } from '@lpipe/local/tools'
import { Failure } from '../api/failure.ts'
import type { GenerateRequest, Generation, PathSchema } from '../api/types.ts'
import { createKwargsGenerator, type KwargsGenerator } from './kwargs-generator.ts'

/** Sends generated messages. */
export interface Generator {
  /** @throws Failure if no message can be generated from the schema of the path */
  readonly start: (request: GenerateRequest, path: PathSchema) => Promise<Generation>
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

  const run = async (
    generation: Generation,
    { make }: KwargsGenerator,
    isDefault: boolean,
    signal: AbortSignal,
  ): Promise<void> => {
    const { to, path, count, rate, seed } = generation
    const startedAt = performance.now()
    while (generation.sent < count && !signal.aborted) {
      const due = Math.min(count, Math.ceil(((performance.now() - startedAt) / 1000) * rate) + 1)
      const seeds = Array.from({ length: due - generation.sent }, (_, index) => seed + generation.sent + index)
      const messages = (await make(seeds)).map((kwargs) => (isDefault ? kwargs : { path, kwargs }))
      if (signal.aborted) break
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
    start: async (request, { path, schema, isDefault }) => {
      if (schema === undefined) throw new Failure(409, `path \`${path}\` has no JSON Schema`)
      const { to, count, rate, seed = randomInt(2 ** 31) } = request
      const generator = createKwargsGenerator(schema)
      // Refused at once if the schema cannot be used.
      await generator.make([seed]).catch(async (error: unknown) => {
        await generator.close()
        throw new Failure(409, `no message can be made from the schema of path \`${path}\`: ${errorMessage(error)}`)
      })
      const generation: Generation = {
        id: randomUUID(),
        to,
        path,
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
      run(generation, generator, isDefault, controller.signal)
        .then(
          () => end(generation, controller.signal.aborted ? 'stopped' : 'done'),
          (error: unknown) => end(generation, 'failed', errorMessage(error)),
        )
        .finally(generator.close)
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
