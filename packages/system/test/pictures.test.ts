import { describe, expect, test } from '@jest/globals'
import { type Description, toHtml, toMermaid, toSvg } from '@lpipe/system'
import { described, lambda, sqs, to } from './descriptions.ts'

/** A system with this number of paths: in Lambdas of up to 25, each of which sends to the next. */
const systemOf = (count: number): Description => {
  const lambdas = Math.ceil(count / 25)
  const functions = Array.from({ length: lambdas }, (_, index) => {
    const paths = Array.from({ length: Math.min(25, count - index * 25) }, (_, number) => number)
    return lambda(
      `lambda-${index}`,
      Object.fromEntries(
        paths.map((number) => [
          `PATH_${number}`,
          {
            function: `a_function_with_a_long_name_${'x'.repeat(number * 2)}`,
            paths: number % 3 === 0 && number + 1 < paths.length ? [`PATH_${number + 1}`] : [],
            queues: number === 0 ? [to(`queue-${(index + 1) % lambdas}`, 'PATH_0')] : [],
          },
        ]),
      ),
      { reads: [`queue-${index}`] },
    )
  })
  return described(
    functions.map((_, index) => sqs(`queue-${index}`)),
    functions,
  )
}

interface Box {
  readonly kind: string
  readonly id: string
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

const boxesIn = (svg: string): Box[] =>
  [
    ...svg.matchAll(
      /<g class="(\w+)" data-id="([^"]*)">.*?<rect x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="([\d.]+)"/gs,
    ),
  ].map(([, kind = '', id = '', ...numbers]) => {
    const [x = 0, y = 0, width = 0, height = 0] = numbers.map(Number)
    return { kind, id, x, y, width, height }
  })

const overlap = (a: Box, b: Box): boolean =>
  a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height

const contains = (outer: Box, inner: Box): boolean =>
  outer.x <= inner.x &&
  outer.y <= inner.y &&
  inner.x + inner.width <= outer.x + outer.width &&
  inner.y + inner.height <= outer.y + outer.height

describe.each([1, 10, 100])('the SVG of %i paths', (count) => {
  const description = systemOf(count)
  const svg = toSvg(description)
  const boxes = boxesIn(svg)
  const pathsOf = (fn: Box) => boxes.filter(({ id }) => id.startsWith(`path:${fn.id.slice('function:'.length)}/`))
  const functions = boxes.filter(({ kind }) => kind === 'function')
  const outer = boxes.filter(({ kind }) => kind !== 'path')

  test('has a box for each path, Lambda and queue', () => {
    const kinds = (kind: string) => boxes.filter((box) => box.kind === kind).length
    const lambdas = Math.ceil(count / 25)
    expect([kinds('path'), kinds('function'), kinds('resource')]).toEqual([count, lambdas, lambdas + 1])
  })

  test('has no boxes that overlap', () => {
    const groups = [outer, ...functions.map(pathsOf)]
    for (const group of groups) {
      for (const [index, box] of group.entries()) {
        expect(group.slice(index + 1).filter((other) => overlap(box, other))).toEqual([])
      }
    }
  })

  test('has the paths of a Lambda in its box, below its title, and all boxes in the image', () => {
    const [, width, height] = /width="([\d.]+)" height="([\d.]+)"/.exec(svg)?.map(Number) ?? []
    const image = { kind: '', id: '', x: 0, y: 0, width: width ?? 0, height: height ?? 0 }
    for (const fn of functions) {
      const body = { ...fn, y: fn.y + 40, height: fn.height - 40 }
      expect(pathsOf(fn).filter((path) => !contains(body, path))).toEqual([])
    }
    expect(boxes.filter((box) => !contains(image, box))).toEqual([])
    expect(image.width).toBeLessThan(5000) // a chain of four Lambdas, each two columns wide
    expect(image.height).toBeLessThan(count * 60 + 500)
  })

  test('has boxes that are as wide as their text', () => {
    for (const [, group = ''] of svg.matchAll(/<g class="(?:path|resource|function)".*?>(.*?)<\/g>/gs)) {
      const width = Number(/<rect [^>]*width="([\d.]+)"/.exec(group)?.[1])
      const longest = Math.max(...[...group.matchAll(/<text[^>]*>([^<]*)</g)].map(([, text = '']) => text.length))
      expect(width).toBeGreaterThanOrEqual(longest * 7.2 + 20)
    }
  })

  test('has an arrow for each edge', () => {
    const arrows = svg.match(/marker-end/g)?.length
    const lines = toMermaid(description).match(/^ {2}n\d+ [=.-]/gm)?.length
    expect(arrows).toBe(lines)
  })
})

const hostile = described(
  [sqs('queue')],
  [lambda('take', { '<script>alert("1")</script>': { function: 'a"b|c&d' } }, { reads: ['queue'] })],
)

const named = (path: string) => described([sqs('queue')], [lambda('take', { [path]: {} }, { reads: ['queue'] })])

describe('texts of users', () => {
  test('are escaped in SVG and HTML', () => {
    for (const page of [toSvg(hostile), toHtml(hostile, '<b>')]) {
      expect(page).not.toContain('<script>')
      expect(page).not.toContain('<b>')
      expect(page).toContain('&#60;script&#62;')
    }
  })

  test('are escaped in Mermaid', () => {
    expect(toMermaid(hostile)).toContain('["#60;script#62;alert(#34;1#34;)#60;/script#62;<br>a#34;b#124;c#38;d"]')
    expect(toMermaid(named('%%{init}%% `a`'))).toContain('["#37;#37;{init}#37;#37; #96;a#96;<br>')
    expect(toMermaid(named('a\nb'))).toContain('["a\\u{a}b<br>')
  })

  test('do not change the direction of others, and are characters that XML takes', () => {
    for (const page of [toSvg(named('\u202eevil\u0001')), toMermaid(named('\u202eevil\u0001'))]) {
      expect(page).toContain('\\u{202e}evil\\u{1}')
      expect(page).not.toMatch(/\p{Bidi_Control}|\p{Cc}(?<!\n)/u)
    }
  })

  test('are cut between characters, in boxes and in labels, and wide ones have space', () => {
    const svg = toSvg(named('\u{1f600}'.repeat(200)))
    expect(svg).toContain(`>${'\u{1f600}'.repeat(21)}…</text>`)
    const box = boxesIn(svg).find(({ kind }) => kind === 'path')
    expect(box?.width).toBeGreaterThanOrEqual(43 * 7.2 + 20)
    const label = toSvg(
      described(
        [sqs('queue')],
        [lambda('take', { A: { queues: [to('queue', 'x'.repeat(200))] } }, { reads: ['queue'] })],
      ),
    )
    expect(label).toContain(`>${'x'.repeat(43)}…</text>`)
  })
})

test('the HTML page holds the picture, the findings and the settings, and loads nothing', () => {
  const page = toHtml(systemOf(10), 'The shop')
  expect(page).toContain('<h1>The shop</h1>')
  expect(page).toContain('<svg ')
  expect(page).toContain('<td>cycle</td>')
  expect(page).toContain('<td>128 MB</td>')
  expect(page).toContain("default-src 'none'")
  expect(page.replaceAll('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:|<script|<link|<img|@import|url\((?!#)/)
})

test('a system without functions is a picture too', () => {
  const empty = described([], [])
  expect(toMermaid(empty)).toBe('flowchart LR')
  expect(toSvg(empty)).toContain('width="48" height="48"')
  expect(toHtml(empty)).toContain('<p>None.</p>')
})

test('a Lambda whose graph is not known is a box', () => {
  const description = described([sqs('queue')], [lambda('take', {}, { reads: ['queue'], known: false })])
  expect(toMermaid(description)).toContain('n0[["take<br>3 s, 128 MB"]]')
  expect(boxesIn(toSvg(description)).map(({ kind }) => kind)).toEqual(['function', 'resource', 'resource'])
})
