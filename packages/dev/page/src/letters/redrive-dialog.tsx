import { Undo2 } from 'lucide'
import { useState } from 'preact/hooks'
import type { DeadLetterResult } from '../../../src/api/types.ts'
import { api } from '../api/index.ts'
import { Button } from '../components/button.tsx'
import { Dialog } from '../components/dialog.tsx'
import { plural } from '../components/format.ts'
import { useAction } from '../state/run.ts'
import { NoteField } from './note-field.tsx'
import { Left, report } from './result.tsx'
import type { Selection } from './selection.ts'

interface LetterDialogProps {
  readonly selection: Selection
  readonly onClose: () => void
  /** Called when all of them have left their queue. Otherwise the dialog says which stay, and why. */
  readonly onDone: () => void
}

/** Sends dead letters back to where they came from. */
export const RedriveDialog = ({ selection, onClose, onDone }: LetterDialogProps) => {
  const [note, setNote] = useState('')
  const [result, setResult] = useState<DeadLetterResult>()
  const { busy, run } = useAction()
  const text = plural(selection.count, 'dead letter')
  return (
    <Dialog
      title={`Redrive ${text}`}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{result === undefined ? 'Cancel' : 'Close'}</Button>
          <Button
            icon={Undo2}
            kind="primary"
            busy={busy}
            disabled={result !== undefined}
            onClick={() =>
              run(async () => {
                const answer = await api.redrive({ ids: selection.ids, ...(note === '' ? {} : { note }) })
                setResult(answer)
                if (!report('Redrove', answer)) return
                onDone()
                onClose()
              })
            }
          >
            Redrive
          </Button>
        </>
      }
    >
      <p>
        {selection.count === 1 ? 'It is' : 'They are'} sent to where {selection.count === 1 ? 'it' : 'they'} came from
        and run again with the code as it is now, then removed from the dead-letter queue.
      </p>
      <NoteField id="redrive-note" value={note} onInput={setNote} />
      <Left result={result} />
    </Dialog>
  )
}
