import { expect, test } from '@jest/globals'
import { action, queue, toMermaid } from 'lpipe-preset'

const subscribe = () => undefined
const pick = () => undefined
const ship = () => undefined

test('a graph is drawn with its paths, functions, edges and queues', () => {
  const merch = queue({ type: 'sqs', name: 'merch', path: 'SHIP' })
  const archive = queue({ type: 'kinesis', name: 'archive' })
  const paths = {
    SUBSCRIBE: [action({ functions: [subscribe], paths: ['SEND_MERCH'], queues: [archive] })],
    SEND_MERCH: [action({ functions: [pick, ship] }), action({ functions: [subscribe], paths: [merch] })],
    LIST: [pick, ship],
  }
  expect(toMermaid(paths)).toBe(
    [
      'flowchart LR',
      '  p0["SUBSCRIBE<br>subscribe"]',
      '  p1["SEND_MERCH<br>pick, ship<br>subscribe"]',
      '  p2["LIST<br>pick, ship"]',
      '  q0[("kinesis archive")]',
      '  q1[("sqs merch")]',
      '  p0 --> p1',
      '  p0 --> q0',
      '  p1 -->|"SHIP"| q1',
    ].join('\n'),
  )
})

test('an edge is drawn once, a queue once, and names lead where the router leads them', () => {
  const url = 'https://sqs/orders'
  const paths = {
    A: [
      action({ paths: ['B', 'b' as 'B', 'Path.B' as 'B'] }),
      action({ queues: [queue({ type: 'sqs', url }), queue({ type: 'sqs', url })] }),
      action({ paths: ['A'] }),
    ],
    B: [action({ functions: [subscribe] })],
  }
  expect(toMermaid(paths).split('\n')).toEqual([
    'flowchart LR',
    '  p0["A"]',
    '  p1["B<br>subscribe"]',
    `  q0[("sqs ${url}")]`,
    '  p0 --> p1',
    '  p0 --> q0',
    '  p0 --> p0',
  ])
})

test('no name breaks the diagram', () => {
  const paths = {
    'a "quoted" <b>|#1 %%`&': [() => undefined],
    constructor: [action({ queues: [queue({ type: 'rabbit', name: 'q"]', path: 'x|(y)' })] })],
    ['__proto__']: [action({ functions: [subscribe] })],
  }
  expect(toMermaid(paths).split('\n')).toEqual([
    'flowchart LR',
    '  p0["a #34;quoted#34; #60;b#62;#124;#35;1 #37;#37;#96;#38;<br>anonymous"]',
    '  p1["constructor"]',
    '  p2["__proto__<br>subscribe"]',
    '  q0[("rabbit q#34;]")]',
    '  p1 -->|"x#124;(y)"| q0',
  ])
})

test('nothing is an empty diagram', () => {
  expect(toMermaid({})).toBe('flowchart LR')
})

test('names are compared without regard to case in ASCII letters only, as the router does', () => {
  const paths = {
    Straße: [subscribe],
    STRASSE: [action({ functions: [pick], paths: ['straße' as 'Straße', 'Path.strasse' as 'STRASSE'] })],
  }
  expect(toMermaid(paths).split('\n').slice(3)).toEqual(['  p1 --> p0', '  p1 --> p1'])
})
