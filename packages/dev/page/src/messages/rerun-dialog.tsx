import { RotateCw } from 'lucide'
import { useState } from 'preact/hooks'
import type { Message } from '../../../src/api/types.ts'
import { api } from '../api/index.ts'
import { BodyEditor } from '../components/body-editor.tsx'
import { Button } from '../components/button.tsx'
import { Dialog } from '../components/dialog.tsx'
import { prettyJson } from '../components/json-problem.ts'
import { Notice } from '../components/notice.tsx'
import { Segments } from '../components/segments.tsx'
import { routeHash } from '../state/route.ts'
import { useAction } from '../state/run.ts'
import { toast } from '../state/toasts.ts'
import { useFetch } from '../state/use-fetch.ts'
import { go } from '../state/use-route.ts'
import { queueName } from './message-list.tsx'

interface RerunDialogProps {
  readonly message: Message
  /** The first message of its way, if that is another one and is still kept. */
  readonly root: Message | undefined
  readonly onClose: () => void
}

/** Sends a message again, as it was or edited, to its own queue or from the start of its way. */
export const RerunDialog = ({ message, root, onClose }: RerunDialogProps) => {
  const [from, setFrom] = useState<'here' | 'start'>('here')
  const sent = from === 'start' && root !== undefined ? root : message
  const [edited, setEdited] = useState<string>()
  const { value: whole, error } = useFetch(sent.id, (signal) => api.messageBody(sent.id, signal))
  const original = sent.body.cut ? whole : sent.body
  const { busy, run } = useAction()
  const rerun = (): void =>
    run(async () => {
      const result = await api.rerun(message.id, { from, ...(edited === undefined ? {} : { body: edited }) })
      toast('ok', `Sent again to ${queueName(result.to)}.`)
      onClose()
      const [id] = result.ids
      if (id !== undefined) go(routeHash('messages', id))
    })
  return (
    <Dialog
      title="Send again"
      wide
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button icon={RotateCw} kind="primary" busy={busy} onClick={rerun}>
            {edited === undefined ? 'Send as it was' : 'Send edited'}
          </Button>
        </>
      }
    >
      {root === undefined ? null : (
        <Segments
          label="From where"
          value={from}
          options={[
            { value: 'here', text: `From ${queueName(message.queue)}` },
            { value: 'start', text: `From the start: ${queueName(root.queue)}` },
          ]}
          onChange={(value) => {
            setFrom(value)
            setEdited(undefined)
          }}
        />
      )}
      <p class="muted small">
        The message is sent to {queueName(sent.queue)}. Nothing that its first run sent is taken back.
      </p>
      {original === undefined ? (
        <p class="muted">{error ?? 'Loading the whole body …'}</p>
      ) : (
        <>
          {original.cut ? (
            <Notice tone="warn">Only the beginning of this body is shown: send it as it was, or write it anew.</Notice>
          ) : null}
          <BodyEditor label="Body" value={edited ?? prettyJson(original.text)} onInput={setEdited} />
        </>
      )}
    </Dialog>
  )
}
