import { CircleAlert, CircleCheck, CircleSlash, LoaderCircle, Sparkles, Square } from 'lucide'
import { useState } from 'preact/hooks'
import type { Generation } from '../../../src/api/types.ts'
import { api } from '../api/index.ts'
import { Badge } from '../components/badge.tsx'
import { Button } from '../components/button.tsx'
import { Field } from '../components/field.tsx'
import { Notice } from '../components/notice.tsx'
import { useAction } from '../state/run.ts'
import { generations } from '../state/server.ts'
import type { Target } from './targets.ts'

/** Sends many messages that are generated from the schema of a path. */
export const GenerateCard = ({ target }: { readonly target: Target }) => {
  const [count, setCount] = useState('1000')
  const [rate, setRate] = useState('100')
  const [seed, setSeed] = useState('')
  const { busy, run } = useAction()
  const problems = {
    count: problemOf(count, 1, 100_000),
    rate: problemOf(rate, 1, 2_000),
    seed: seed === '' || /^\d+$/.test(seed) ? undefined : 'Write a whole number.',
  }
  const isWrong = Object.values(problems).some((problem) => problem !== undefined)
  const start = (): void =>
    run(async () => {
      const { path, queue } = target
      await api.generate({
        to: queue,
        path: path.path,
        count: Number(count),
        rate: Number(rate),
        ...(seed === '' ? {} : { seed: Number(seed) }),
      })
    })
  return (
    <section class="card pad stack" aria-labelledby="generate-title">
      <div>
        <h2 id="generate-title">Generate many</h2>
        <p class="muted small">
          Messages for path <b>{target.path.path}</b> in <b>{target.queue}</b>, made from its schema.
        </p>
      </div>
      {target.path.schema === undefined ? (
        <Notice tone="warn">The functions of this path have no schema, so that nothing can be generated.</Notice>
      ) : (
        <form
          class="stack"
          onSubmit={(event) => {
            event.preventDefault()
            start()
          }}
        >
          <div class="columns narrow">
            <NumberField
              id="generate-count"
              label="Messages"
              value={count}
              onInput={setCount}
              error={problems.count}
              required
            />
            <NumberField
              id="generate-rate"
              label="Per second"
              value={rate}
              onInput={setRate}
              error={problems.rate}
              required
            />
            <NumberField id="generate-seed" label="Seed" value={seed} onInput={setSeed} error={problems.seed} />
          </div>
          <div class="row">
            <Button type="submit" icon={Sparkles} busy={busy} disabled={isWrong}>
              Generate
            </Button>
          </div>
        </form>
      )}
      <ul class="generations" aria-label="Generated messages">
        {[...generations.value]
          .sort((a, b) => b.startedAt - a.startedAt)
          .slice(0, 5)
          .map((generation) => (
            <GenerationLine key={generation.id} generation={generation} />
          ))}
      </ul>
    </section>
  )
}

const problemOf = (text: string, least: number, most: number): string | undefined => {
  const value = Number(text)
  return /^\d+$/.test(text) && value >= least && value <= most
    ? undefined
    : `Write a whole number from ${least} to ${most.toLocaleString('en')}.`
}

interface NumberFieldProps {
  readonly id: string
  readonly label: string
  readonly value: string
  readonly onInput: (value: string) => void
  readonly error: string | undefined
  readonly required?: boolean
}

const NumberField = ({ id, label, value, onInput, error, required = false }: NumberFieldProps) => (
  <Field id={id} label={label} error={error} required={required}>
    <input
      id={id}
      class="input"
      type="text"
      inputMode="numeric"
      autocomplete="off"
      value={value}
      aria-invalid={error === undefined ? undefined : true}
      aria-describedby={error === undefined ? undefined : `${id}-error`}
      onInput={(event) => onInput(event.currentTarget.value)}
    />
  </Field>
)

const looks = {
  running: { tone: 'accent', icon: LoaderCircle, text: 'Sending' },
  done: { tone: 'ok', icon: CircleCheck, text: 'Sent' },
  stopped: { tone: 'neutral', icon: CircleSlash, text: 'Stopped' },
  failed: { tone: 'bad', icon: CircleAlert, text: 'Failed' },
} as const

const GenerationLine = ({ generation }: { readonly generation: Generation }) => {
  const { id, to, path, sent, count, rate, state, seed, problem } = generation
  const { tone, icon, text } = looks[state]
  const { busy, run } = useAction()
  return (
    <li>
      <div class="row">
        <Badge tone={tone} icon={icon}>
          {text}
        </Badge>
        <span class="truncate small">
          <b>{path}</b> to {to}
        </span>
        <div class="spacer" />
        <span class="small number muted">
          {sent.toLocaleString('en')} of {count.toLocaleString('en')}
        </span>
        {state === 'running' ? (
          <Button
            icon={Square}
            kind="ghost"
            label={`Stop sending ${path}`}
            busy={busy}
            onClick={() => run(() => api.stopGeneration(id))}
          />
        ) : null}
      </div>
      <progress value={sent} max={count} aria-label={`${sent} of ${count} messages sent`} />
      <span class="muted small number">
        {rate} per second, seed {seed}
        {problem === undefined ? '' : `. ${problem}`}
      </span>
    </li>
  )
}
