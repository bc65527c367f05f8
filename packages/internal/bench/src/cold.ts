import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'
import { freshRounds, programs, runFresh } from './processes.ts'
import { startQueue } from './queue-server.ts'
import { median } from './rounds.ts'
import { table } from './table.ts'

const names = {
  middy: 'middy + sqs-partial-batch-failure',
  bare: 'bare',
  powertools: 'Powertools batch',
  'lpipe-call': 'lpipe, call',
  'lpipe-paths': 'lpipe, paths',
  'lpipe-queue': 'lpipe, a queue in the graph',
  'bare-send': 'AWS SDK, sends 10 messages',
  'lpipe-send': 'lpipe, sends 10 messages',
}

interface Cold {
  readonly import: number
  readonly first: number
}

/** Milliseconds to import and for the first invocation, in fresh processes, of modules as installed and of bundles. */
export const cold = async (rounds: number) => {
  const folder = mkdtempSync(join(programs, '../../node_modules/cold-')) // where Node.js finds the AWS SDK, as in Lambda
  const queue = await startQueue()
  const timer = join(programs, 'time-cold.ts')
  try {
    await build({
      entryPoints: Object.keys(names).map((name) => join(programs, `${name}.ts`)),
      outdir: folder,
      outExtension: { '.js': '.mjs' },
      bundle: true,
      minify: true,
      platform: 'node',
      target: 'node22',
      format: 'esm',
      external: ['@aws-sdk/*'],
    })
    const fileOf = (way: string, name: string) =>
      way === 'bundled' ? join(folder, `${name}.mjs`) : join(programs, `${name}.ts`)
    const results: Record<string, Record<string, Cold>> = {}
    for (const way of ['unbundled', 'bundled']) {
      const all = await freshRounds(Object.keys(names), rounds, (name) =>
        runFresh<Cold>([timer, fileOf(way, name)], queue.environment),
      )
      results[way] = Object.fromEntries(
        [...all].map(([name, times]) => [
          name,
          { import: median(times.map((one) => one.import)), first: median(times.map(({ first }) => first)) },
        ]),
      )
    }
    const cell = (way: string, name: string, what: keyof Cold) => results[way]?.[name]?.[what].toFixed(1) ?? ''
    const text = table([
      ['ms', 'import', 'first invocation', 'bundled: import', 'bundled: first invocation'],
      ...Object.entries(names).map(([name, title]) => [
        title,
        cell('unbundled', name, 'import'),
        cell('unbundled', name, 'first'),
        cell('bundled', name, 'import'),
        cell('bundled', name, 'first'),
      ]),
    ])
    return { results, text }
  } finally {
    rmSync(folder, { recursive: true })
    await queue.stop()
  }
}
