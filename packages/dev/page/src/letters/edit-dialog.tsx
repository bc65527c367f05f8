import { FlaskConical, Undo2 } from 'lucide'
import { useState } from 'preact/hooks'
import type { DeadLetter, DeadLetterResult, DryRunResult } from '../../../src/api/types.ts'
import { api } from '../api/index.ts'
import { BodyEditor } from '../components/body-editor.tsx'
import { Button } from '../components/button.tsx'
import { Dialog } from '../components/dialog.tsx'
import { prettyJson } from '../components/json-problem.ts'
import { Notice } from '../components/notice.tsx'
import { DryRunView } from '../messages/dry-run-view.tsx'
import { useAction } from '../state/run.ts'
import { NoteField } from './note-field.tsx'
import { Left, report } from './result.tsx'

interface EditDialogProps {
  readonly letter: DeadLetter
  readonly onClose: () => void
  readonly onDone: () => void
}

/** Changes the body of a dead letter, tries it, and sends it. */
export const EditDialog = ({ letter, onClose, onDone }: EditDialogProps) => {
  const [body, setBody] = useState(() => prettyJson(letter.body.text))
  const [note, setNote] = useState('')
  const [dryRun, setDryRun] = useState<DryRunResult>()
  const [result, setResult] = useState<DeadLetterResult>()
  const { busy, run } = useAction()
  return (
    <Dialog
      title="Edit and redrive"
      wide
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            icon={FlaskConical}
            busy={busy}
            onClick={() => run(async () => setDryRun(await api.dryRunDeadLetter(letter.id, { body })))}
          >
            Dry run
          </Button>
          <Button
            icon={Undo2}
            kind="primary"
            busy={busy}
            onClick={() =>
              run(async () => {
                const answer = await api.redrive({ ids: [letter.id], body, ...(note === '' ? {} : { note }) })
                setResult(answer)
                if (!report('Redrove', answer)) return
                onDone()
                onClose()
              })
            }
          >
            Redrive edited
          </Button>
        </>
      }
    >
      {letter.body.cut ? (
        <Notice tone="warn">Only the beginning of this body is kept. Write the whole body to send it.</Notice>
      ) : null}
      <BodyEditor
        label="Body"
        value={body}
        onInput={(text) => {
          setBody(text)
          setDryRun(undefined)
        }}
      />
      <NoteField id="edit-note" value={note} onInput={setNote} />
      <Left result={result} />
      {dryRun === undefined ? null : <DryRunView result={dryRun} />}
    </Dialog>
  )
}
