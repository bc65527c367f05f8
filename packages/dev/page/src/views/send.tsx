import { Inbox } from 'lucide'
import { useMemo, useState } from 'preact/hooks'
import { Empty } from '../components/empty.tsx'
import { Field } from '../components/field.tsx'
import { Notice } from '../components/notice.tsx'
import { GenerateCard } from '../send/generate-card.tsx'
import { SendCard } from '../send/send-card.tsx'
import { firstTarget, pathsOf, readQueues, type Target } from '../send/targets.ts'
import { queues, schemas } from '../state/server.ts'
import { route } from '../state/use-route.ts'

/** New messages: one from a form, or many that are generated. */
export const SendView = () => {
  const { query } = route.value
  const paths = schemas.value.value?.paths
  const known = queues.value.value?.queues
  const [chosen, setChosen] = useState<Target>()
  const first = useMemo(() => (paths === undefined ? undefined : firstTarget(paths, query)), [paths, query])
  const current = paths?.find(({ lambda, path }) => lambda === chosen?.path.lambda && path === chosen?.path.path)
  const target = chosen !== undefined && current !== undefined ? { queue: chosen.queue, path: current } : first
  const error = schemas.error.value ?? queues.error.value
  return (
    <div class="view">
      <header class="view-head">
        <div>
          <h1>Send</h1>
          <p>A new message from a form, or many that are generated from a schema.</p>
        </div>
      </header>
      {error === undefined ? null : <Notice tone="bad">{error}</Notice>}
      {paths === undefined || known === undefined ? (
        <p class="muted">Loading the paths …</p>
      ) : target === undefined ? (
        <Empty icon={Inbox} title="No queue leads to a path">
          <p>
            Give a Lambda a source in the configuration, for example <code>{"source: { queue: 'orders' }"}</code>.
          </p>
        </Empty>
      ) : (
        <>
          <section class="card pad columns" aria-label="Where to">
            <Field id="send-queue" label="Queue or stream" required>
              <select
                id="send-queue"
                class="select"
                value={target.queue}
                onChange={(event) => {
                  const queue = event.currentTarget.value
                  const [path] = pathsOf(paths, queue)
                  if (path !== undefined) setChosen({ queue, path })
                }}
              >
                {readQueues(known)
                  .filter(({ name }) => pathsOf(paths, name).length > 0)
                  .map(({ id, name, type, fifo }) => (
                    <option key={id} value={name}>
                      {name} ({type}
                      {fifo ? ', FIFO' : ''})
                    </option>
                  ))}
              </select>
            </Field>
            <Field id="send-path" label="Path" required>
              <select
                id="send-path"
                class="select"
                value={`${target.path.lambda}/${target.path.path}`}
                onChange={(event) => {
                  const path = paths.find((one) => `${one.lambda}/${one.path}` === event.currentTarget.value)
                  if (path !== undefined) setChosen({ queue: target.queue, path })
                }}
              >
                {pathsOf(paths, target.queue).map(({ lambda, path }) => (
                  <option key={`${lambda}/${path}`} value={`${lambda}/${path}`}>
                    {path} of {lambda}
                  </option>
                ))}
              </select>
            </Field>
          </section>
          <div class="send-columns">
            <SendCard key={`${target.path.lambda}/${target.path.path}`} target={target} />
            <GenerateCard target={target} />
          </div>
        </>
      )}
    </div>
  )
}
