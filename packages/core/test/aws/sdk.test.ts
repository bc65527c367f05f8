import { describe, expect, test } from '@jest/globals'
import { InvalidConfigurationError } from '@lpipe/core'
import { onceLoaded, sdkOf } from '@lpipe/core/aws'

describe('sdkOf()', () => {
  const textOf = (cause: unknown) =>
    sdkOf('queueSqs', '@aws-sdk/client-sqs', () => Promise.reject(cause)).catch((error: unknown) => {
      expect(error).toBeInstanceOf(InvalidConfigurationError)
      expect((error as Error).cause).toBe(cause)
      return (error as Error).message
    })

  test('returns what was loaded', async () => {
    expect(await sdkOf('queueSqs', '@aws-sdk/client-sqs', async () => 'the SDK')).toBe('the SDK')
  })

  test('names a package that is not installed, and how to install it', async () => {
    for (const [text, code] of [
      ["Cannot find package '@aws-sdk/client-sqs' imported from /var/task/handler.mjs", 'ERR_MODULE_NOT_FOUND'],
      ["Cannot find module '@aws-sdk/client-sqs'\nRequire stack:\n- /var/task/handler.js", 'MODULE_NOT_FOUND'],
    ]) {
      expect(await textOf(Object.assign(new Error(text), { code }))).toBe(
        "queueSqs: requires the package '@aws-sdk/client-sqs'. Install it: npm install @aws-sdk/client-sqs",
      )
    }
  })

  test('does not name it if the package that is missing is one that it imports', async () => {
    const problem = "Cannot find package '@smithy/core' imported from /app/node_modules/@aws-sdk/client-sqs/index.js"
    expect(await textOf(Object.assign(new Error(problem), { code: 'ERR_MODULE_NOT_FOUND' }))).toMatch(
      /^queueSqs: could not import '@aws-sdk\/client-sqs': Cannot find package '@smithy\/core'/,
    )
  })

  test.each([
    [new Error('no `require`'), 'no `require`'],
    [null, 'a value that is not an Error was thrown: null'],
    [undefined, 'a value that is not an Error was thrown: missing'],
  ])('says why an import failed: %p', async (cause, why) => {
    const text = await textOf(cause)
    expect(text).toMatch(/^queueSqs: could not import '@aws-sdk\/client-sqs': /)
    expect(text).toContain(why)
    expect(text).toMatch(/In a bundle, leave '@aws-sdk\/\*' external$/)
  })
})

describe('onceLoaded()', () => {
  test('loads once, also for calls at the same time', async () => {
    let loads = 0
    const get = onceLoaded(async () => {
      loads += 1
      return loads
    })
    expect(loads).toBe(0)
    expect(await Promise.all([get(), get()])).toEqual([1, 1])
    expect(await get()).toBe(1)
  })

  test('loads again after a failure', async () => {
    let loads = 0
    const get = onceLoaded(async () => {
      loads += 1
      if (loads === 1) throw new Error('no network')
      return loads
    })
    const first = [get(), get()]
    await expect(first[0]).rejects.toThrow('no network')
    await expect(first[1]).rejects.toThrow('no network')
    expect(await get()).toBe(2)
    expect(await get()).toBe(2)
  })
})
