import { Send } from 'lucide'
import { useEffect, useMemo, useState } from 'preact/hooks'
import { api } from '../api/index.ts'
import { BodyEditor } from '../components/body-editor.tsx'
import { Button } from '../components/button.tsx'
import { Field } from '../components/field.tsx'
import { plural } from '../components/format.ts'
import { jsonProblem, prettyJson } from '../components/json-problem.ts'
import { Notice } from '../components/notice.tsx'
import { Segments } from '../components/segments.tsx'
import { routeHash } from '../state/route.ts'
import { useAction } from '../state/run.ts'
import { queues } from '../state/server.ts'
import { FormFields } from './form-fields.tsx'
import { type FormTexts, fieldsOf, initialTexts, readForm, textsOf } from './schema-form.ts'
import { bodyOf, type Target } from './targets.ts'

type Mode = 'form' | 'kwargs' | 'body'

/** The form for one new message. */
export const SendCard = ({ target }: { readonly target: Target }) => {
  const fields = useMemo(
    () => (target.path.schema === undefined ? undefined : fieldsOf(target.path.schema)),
    [target.path.schema],
  )
  const [mode, setMode] = useState<Mode>(fields === undefined ? 'kwargs' : 'form')
  const [texts, setTexts] = useState<FormTexts>({})
  const [json, setJson] = useState('{}')
  const [more, setMore] = useState<{
    readonly groupId?: string
    readonly partitionKey?: string
    readonly count?: string
  }>({})
  const [isTried, setTried] = useState(false)
  const [sent, setSent] = useState<readonly string[]>([])
  const { busy, run } = useAction()
  const queue = queues.value.value?.queues.find(({ name }) => name === target.queue)

  // Another path has other fields.
  useEffect(() => {
    const start = initialTexts(fields ?? [])
    setTexts(start)
    setJson(JSON.stringify(readForm(fields ?? [], start).value, undefined, 2))
    setMode(fields === undefined ? 'kwargs' : 'form')
    setTried(false)
    setSent([])
  }, [fields, target.path.path])

  const { value, problems } = readForm(fields ?? [], texts)
  const change = (next: Mode): void => {
    if (mode === 'form') {
      const kwargs = JSON.stringify(value, undefined, 2)
      setJson(next === 'body' ? prettyJson(bodyOf(target, kwargs)) : kwargs)
    }
    if (next === 'form' && mode === 'kwargs' && jsonProblem(json) === undefined)
      setTexts(textsOf(fields ?? [], JSON.parse(json)))
    if (next === 'body' && mode === 'kwargs' && jsonProblem(json) === undefined) {
      setJson(prettyJson(bodyOf(target, json)))
    }
    if (next === 'kwargs' && mode === 'body') setJson('{}')
    setMode(next)
  }
  const isWrong =
    mode === 'form' ? Object.keys(problems).length > 0 : mode === 'kwargs' && jsonProblem(json) !== undefined
  const submit = (): void => {
    setTried(true)
    if (isWrong) return
    run(async () => {
      const kwargs = mode === 'form' ? JSON.stringify(value) : json
      const { ids } = await api.send({
        to: target.queue,
        body: mode === 'body' ? json : bodyOf(target, kwargs),
        ...(more.groupId ? { groupId: more.groupId } : {}),
        ...(more.partitionKey ? { partitionKey: more.partitionKey } : {}),
        ...(more.count && more.count !== '1' ? { count: Number(more.count) } : {}),
      })
      setSent(ids)
    })
  }
  return (
    <section class="card pad" aria-labelledby="send-title">
      <form
        class="stack"
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          submit()
        }}
      >
        <div class="row wrap">
          <h2 id="send-title">One message</h2>
          <div class="spacer" />
          <Segments<Mode>
            label="Write the message as"
            value={mode}
            options={[
              ...(fields === undefined ? [] : [{ value: 'form' as const, text: 'Form' }]),
              { value: 'kwargs', text: 'Kwargs' },
              { value: 'body', text: 'Body' },
            ]}
            onChange={change}
          />
        </div>
        {mode === 'form' ? (
          fields?.length === 0 ? (
            <p class="muted small">This path takes no kwargs.</p>
          ) : (
            <FormFields
              fields={fields ?? []}
              texts={texts}
              problems={isTried ? problems : {}}
              onChange={(pointer, text) => {
                const { [pointer]: _, ...rest } = texts
                setTexts(text === undefined ? rest : { ...rest, [pointer]: text })
              }}
            />
          )
        ) : (
          <BodyEditor label={mode === 'kwargs' ? 'Kwargs as JSON' : 'Whole body'} value={json} onInput={setJson} />
        )}
        <details class="more-options">
          <summary>More options</summary>
          <div class="columns">
            {queue?.type === 'kinesis' ? (
              <Field id="send-key" label="Partition key" hint="Default: a new one">
                <input
                  id="send-key"
                  class="input"
                  value={more.partitionKey ?? ''}
                  onInput={(event) => setMore({ ...more, partitionKey: event.currentTarget.value })}
                />
              </Field>
            ) : (
              <Field id="send-group" label="Message group" {...(queue?.fifo ? { hint: 'Default: default' } : {})}>
                <input
                  id="send-group"
                  class="input"
                  value={more.groupId ?? ''}
                  onInput={(event) => setMore({ ...more, groupId: event.currentTarget.value })}
                />
              </Field>
            )}
            <Field id="send-count" label="How often" hint="1 to 1,000">
              <input
                id="send-count"
                class="input"
                type="number"
                min={1}
                max={1000}
                value={more.count ?? '1'}
                onInput={(event) => setMore({ ...more, count: event.currentTarget.value })}
              />
            </Field>
          </div>
        </details>
        {isTried && isWrong ? <Notice tone="bad">Some values are missing or wrong. Nothing was sent.</Notice> : null}
        <div class="row wrap">
          <Button type="submit" kind="primary" icon={Send} busy={busy}>
            Send
          </Button>
          {sent[0] === undefined ? null : (
            <span class="small" role="status">
              Sent {plural(sent.length, 'message')}. <a href={routeHash('messages', sent[0])}>See its way</a>
            </span>
          )}
        </div>
      </form>
    </section>
  )
}
