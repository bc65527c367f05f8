import { describe, expect, test } from '@jest/globals'
import { InvalidConfigurationError, InvalidPayloadError } from '@lpipe/core'
import { type InvocationOutcomes, invokeWithOutcomes, silentLogger } from '@lpipe/testing'
import middy from '@middy/core'
import { type EventSource, lpipe } from 'lpipe-preset'
import { type Service, services } from './services.ts'

interface Run extends InvocationOutcomes<unknown> {
  /** How often the function ran. */
  readonly calls: number
}

/** Hands an event to a Lambda whose one function takes everything. */
const run = async (event: unknown, work: () => unknown, source?: EventSource): Promise<Run> => {
  let calls = 0
  const call = () => {
    calls += 1
    return work()
  }
  const handler = middy().use(lpipe({ call, unhandled: 'retry', logger: silentLogger(), ...(source && { source }) }))
  return { ...(await invokeWithOutcomes(handler, event)), calls }
}

const fail = () => {
  throw new Error('down')
}

/** Whether a response or an error keeps what failed. */
const keepsTheEvent = ({ response, error }: Run): boolean => {
  if (error !== undefined) return true
  const { batchItemFailures = [] } = (response ?? {}) as { readonly batchItemFailures?: readonly unknown[] }
  return batchItemFailures.length > 0
}

const sourceOf = (row: Service): EventSource | undefined => (row.lpipe === 'source' ? row.source() : undefined)

describe('services that invoke Lambda', () => {
  const handled = services.filter((row) => row.lpipe !== 'refused')

  test.each(handled.map((row) => [row.service, row] as const))('%s: each message is processed', async (_, row) => {
    const { calls, error, outcomes } = await run(row.event, () => undefined, sourceOf(row))
    expect(error).toBeUndefined()
    expect(calls).toBe(row.messages)
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(Array(row.messages).fill('succeeded'))
  })

  test.each(handled.map((row) => [row.service, row] as const))('%s: what fails is kept', async (_, row) => {
    expect(keepsTheEvent(await run(row.event, fail, sourceOf(row)))).toBe(true)
  })

  test.each(services.flatMap((row) => (row.lpipe === 'source' ? [[row.service, row] as const] : [])))(
    '%s: without its package the error says which one to install, and nothing runs',
    async (_, row) => {
      const { calls, error } = await run(row.event, () => undefined)
      expect(error).toBeInstanceOf(InvalidPayloadError)
      expect(String(error)).toContain(`Install ${row.package} and set \`source: ${row.source().name.slice(0, 3)}`)
      expect(calls).toBe(0)
    },
  )

  test.each(services.flatMap((row) => (row.lpipe === 'refused' ? [[row.service, row] as const] : [])))(
    '%s: is refused with an error that names it, and nothing runs',
    async (_, row) => {
      const { calls, error } = await run(row.event, () => undefined)
      expect(error instanceof InvalidPayloadError || error instanceof InvalidConfigurationError).toBe(true)
      expect(String(error)).toMatch(/^Invalid\w+Error: batchDecoder: .*None of it was processed\. \S/)
      expect(String(error)).toContain(row.received)
      expect(calls).toBe(0)
    },
  )

  test('there are as many as the documentation names, and none twice', () => {
    expect(services.length).toBeGreaterThanOrEqual(60)
    expect(new Set(services.map(({ service }) => service)).size).toBe(services.length)
  })
})
