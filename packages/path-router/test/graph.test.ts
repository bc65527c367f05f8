import { describe, expect, test } from '@jest/globals'
import { action, InvalidConfigurationError, queue } from '@lpipe/core'
import { pathRouter } from '@lpipe/path-router'

const noop = () => undefined

/** Wrong on purpose: the types would not let most of these through. */
const make = (options: unknown) => () => pathRouter(options as Parameters<typeof pathRouter>[0])

describe('a graph is checked once, when it is made', () => {
  test.each<[what: string, options: unknown, says: string]>([
    ['nothing at all', {}, 'give it `call` alone, or `paths`, not empty, with or without defaultPath'],
    [
      'call together with paths',
      { call: noop, paths: { A: [noop] } },
      'give it `call` alone, or `paths`, not empty, with or without defaultPath',
    ],
    ['a call that is none', { call: 'noop' }, "its call must be a function, got 'noop'"],
    [
      'a default path beside call',
      { call: noop, defaultPath: 'A' },
      'give it `call` alone, or `paths`, not empty, with or without defaultPath',
    ],
    [
      'a default path that does not exist',
      { paths: { A: [noop] }, defaultPath: 'B' },
      "its defaultPath: no path is called 'B'. There are: A",
    ],
    ['no paths', { paths: {} }, 'give it `call` alone, or `paths`, not empty, with or without defaultPath'],
    ['paths that are no object', { paths: [] }, 'got an array'],
    [
      'an empty path',
      { paths: { A: [] } },
      'path A: it must be an array of actions, or one of functions, not empty, not mixed',
    ],
    ['a path that is no list', { paths: { A: noop } }, 'path A: it must be an array'],
    [
      'a stranger in a path',
      { paths: { A: [{ functions: [noop] }] } },
      'path A, action 1: its functions hold an object. Was it imported?',
    ],
    [
      'functions mixed with actions',
      { paths: { A: [noop, action({ functions: [noop] })] } },
      'path A: it must be an array of actions, or one of functions, not empty, not mixed',
    ],
    [
      'an action that does nothing',
      { paths: { A: [action({})] } },
      'path A, action 1: it needs functions, paths or queues',
    ],
    [
      'an action with a path that does not exist',
      { paths: { A: [noop], B: [action({ functions: [noop] }), action({ paths: ['C'] })] } },
      "path B, action 2: no path is called 'C'. There are: A, B",
    ],
    [
      'a path that is no text',
      { paths: { A: [action({ paths: [1 as never] })] } },
      'path A, action 1: its paths hold number',
    ],
    [
      'a function that was not imported',
      { paths: { A: [action({ functions: [undefined as never] })] } },
      'path A, action 1: its functions hold nothing',
    ],
    [
      'names equal but for case',
      { paths: { Straße: [noop], STRASSE: [noop] } },
      "its paths 'Straße' and 'STRASSE' are equal but for case",
    ],
    [
      'a rename of three',
      { paths: { A: [action({ functions: [noop], requiredParams: [['a', 'b', 'c'] as never] })] } },
      "such as ['from', 'to'], got an array of 3",
    ],
    [
      'a rename to a number',
      { paths: { A: [action({ functions: [noop], requiredParams: [['a', 1] as never] })] } },
      "such as ['from', 'to']",
    ],
    ['a misspelt option', { path: { A: [noop] } }, "unknown option 'path'. It takes: call, paths"],
    ['no steps', { call: noop, maxSteps: 0 }, 'maxSteps must be a number of at least 1, got 0'],
    ['no lanes', { call: noop, concurrency: Number.NaN }, 'concurrency must be a number of at least 1, got NaN'],
    [
      'a reserve that is none',
      { call: noop, reserveMillis: -1 },
      'reserveMillis must be a number of at least 0, got -1',
    ],
    [
      'a misspelt onStreamFailure',
      { call: noop, onStreamFailure: 'go on' },
      "must be 'stop' or 'continue', got 'go on'",
    ],
  ])('%s', (_, options, says) => {
    expect(make(options)).toThrow(InvalidConfigurationError)
    expect(make(options)).toThrow(says)
  })

  test.each<[what: string, options: unknown]>([
    ['dots in names', { paths: { 'A.B': [noop] } }],
    ['an empty default path, which counts as none', { paths: { A: [noop] }, defaultPath: '' }],
    [
      'empty requiredParams, which count as none',
      { paths: { A: [action({ functions: [noop], requiredParams: [] })] } },
    ],
    ['a queue among the paths', { paths: { A: [action({ paths: [queue({ type: 'sqs', name: 'q' })] })] } }],
    ['names of inherited members', { paths: { constructor: [noop], toString: [noop] } }],
    ['any number of lanes', { call: noop, concurrency: Number.POSITIVE_INFINITY }],
  ])('%s is fine', (_, options) => {
    expect(make(options)).not.toThrow()
  })
})
