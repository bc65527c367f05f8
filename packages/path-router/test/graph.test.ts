import { describe, expect, test } from '@jest/globals'
import { action, InvalidConfigurationError, queue } from '@lpipe/core'
import { pathRouter } from '@lpipe/path-router'

const noop = () => undefined

/** Wrong on purpose: the types would not let most of these through. */
const make = (options: unknown) => () => pathRouter(options as Parameters<typeof pathRouter>[0])

describe('a graph is checked once, when it is made', () => {
  test.each<[what: string, options: unknown, says: string]>([
    ['nothing at all', {}, 'requires `call`, or `paths` with at least one path'],
    [
      'call together with paths',
      { call: noop, paths: { A: [noop] } },
      '`call` cannot be combined with `paths` or `defaultPath`. Set either `call` or `paths`',
    ],
    ['a call that is not a function', { call: 'noop' }, "`call` must be a function, received 'noop'"],
    [
      'a default path beside call',
      { call: noop, defaultPath: 'A' },
      '`call` cannot be combined with `paths` or `defaultPath`. Set either `call` or `paths`',
    ],
    [
      'a default path that does not exist',
      { paths: { A: [noop] }, defaultPath: 'B' },
      "`defaultPath`: no path is called 'B'. Paths: A",
    ],
    ['no paths', { paths: {} }, 'requires `call`, or `paths` with at least one path'],
    ['paths that are an array', { paths: [] }, 'received array'],
    ['an empty path', { paths: { A: [] } }, 'path A: must have at least one action or function'],
    [
      'a path that is not a list',
      { paths: { A: noop } },
      'path A: must be an array of actions or of functions, received function',
    ],
    [
      'a plain object in a path',
      { paths: { A: [{ functions: [noop] }] } },
      'path A, action 1: function 1 must be a function, received object. Is its import right?',
    ],
    [
      'functions mixed with actions',
      { paths: { A: [noop, action({ functions: [noop] })] } },
      'path A: mixes actions and functions; wrap the functions: `action({ functions: [...] })`',
    ],
    [
      'an action that does nothing',
      { paths: { A: [action({})] } },
      'path A, action 1: requires functions, paths or queues',
    ],
    [
      'an action with a path that does not exist',
      { paths: { A: [noop], B: [action({ functions: [noop] }), action({ paths: ['C'] })] } },
      "path B, action 2: no path is called 'C'. Paths: A, B",
    ],
    [
      'a path that is a number',
      { paths: { A: [action({ paths: [1 as never] })] } },
      'path A, action 1: `paths` and `queues` must hold names of paths and queues, received number',
    ],
    [
      'a function that was not imported',
      { paths: { A: [action({ functions: [undefined as never] })] } },
      'path A, action 1: function 1 must be a function, received missing. Is its import right?',
    ],
    [
      'names equal but for case',
      { paths: { Ship: [noop], SHIP: [noop] } },
      "the names of the paths 'Ship' and 'SHIP' differ only in case",
    ],
    [
      'a rename of three',
      { paths: { A: [action({ functions: [noop], requiredParams: [['a', 'b', 'c'] as never] })] } },
      "such as ['from', 'to'], received an array of 3",
    ],
    [
      'a rename to a number',
      { paths: { A: [action({ functions: [noop], requiredParams: [['a', 1] as never] })] } },
      "such as ['from', 'to']",
    ],
    [
      'two requiredParams of one name',
      { paths: { A: [action({ functions: [noop], requiredParams: ['id', ['from', 'to'], ['to', 'id']] })] } },
      "path A, action 1: `requiredParams` maps 'to' and 'id' to the same name 'id'",
    ],
    [
      'a path without a name',
      { paths: { A: [noop], '': [noop] } },
      '`paths` has an empty name, which no message can have',
    ],
    ['half a step', { call: noop, maxSteps: 1.5 }, '`maxSteps` must be a whole number of at least 1'],
    ['a misspelt option', { path: { A: [noop] } }, 'unknown option `path`. Known options: call, paths'],
    [
      'an action that would forward nothing to a path',
      { paths: { A: [action({ paths: ['A'] })] } },
      'path A, action 1: would forward nothing; set `requiredParams` or `includeAllParams: true`',
    ],
    [
      'an action that would forward nothing to a queue',
      { paths: { A: [noop], B: [action({ queues: [queue({ type: 'sqs', name: 'q' })], requiredParams: [] })] } },
      'path B, action 1: would forward nothing; set `requiredParams` or `includeAllParams: true`',
    ],
    [
      'an entry that does not exist',
      { paths: { A: [noop] }, entries: ['A', 'B'] },
      "`entries`: no path is called 'B'. Paths: A",
    ],
    [
      'an entry that is not a name',
      { paths: { A: [noop] }, entries: [null] },
      '`entries` must hold names of paths, received null',
    ],
    [
      'no entry, so that every message would be dropped',
      { paths: { A: [noop] }, entries: [] },
      '`entries` is empty, so that every message would be dropped. Name the paths that messages may name, or remove it',
    ],
    ['entries that are not a list', { paths: { A: [noop] }, entries: 'A' }, "`entries` must be an array, received 'A'"],
    [
      'no steps',
      { call: noop, maxSteps: 0 },
      '`maxSteps` must be a whole number of at least 1, or Infinity, received 0',
    ],
    [
      'no concurrency',
      { call: noop, concurrency: Number.NaN },
      '`concurrency` must be a whole number of at least 1, or Infinity, received NaN',
    ],
    [
      'a negative reserve',
      { call: noop, reserveMillis: -1 },
      '`reserveMillis` must be a number of at least 0, received -1',
    ],
    [
      'a misspelt onStreamFailure',
      { call: noop, onStreamFailure: 'go on' },
      "must be 'stop' or 'continue', received 'go on'",
    ],
  ])('%s', (_, options, says) => {
    expect(make(options)).toThrow(InvalidConfigurationError)
    expect(make(options)).toThrow(says)
  })

  test.each<[what: string, options: unknown]>([
    [
      'a parameter that is required twice',
      { paths: { A: [action({ functions: [noop], requiredParams: ['id', 'id'] })] } },
    ],
    ['dots in names', { paths: { 'A.B': [noop] } }],
    ['an empty default path, which counts as none', { paths: { A: [noop] }, defaultPath: '' }],
    [
      'empty requiredParams, which count as none',
      { paths: { A: [action({ functions: [noop], requiredParams: [] })] } },
    ],
    [
      'a queue among the paths',
      { paths: { A: [action({ paths: [queue({ type: 'sqs', name: 'q' })], includeAllParams: true })] } },
    ],
    ['names that differ in letters beyond ASCII', { paths: { Straße: [noop], STRASSE: [noop], É: [noop], é: [noop] } }],
    [
      'an action that forwards what its function declares',
      { paths: { A: [action({ functions: [noop], paths: ['A'] })] } },
    ],
    ['an action that forwards a parameter', { paths: { A: [action({ paths: ['A'], requiredParams: ['id'] })] } }],
    ['names of inherited members', { paths: { constructor: [noop], toString: [noop] } }],
    ['unlimited concurrency', { call: noop, concurrency: Number.POSITIVE_INFINITY }],
  ])('%s is fine', (_, options) => {
    expect(make(options)).not.toThrow()
  })
})
