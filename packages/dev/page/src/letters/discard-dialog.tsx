import { Trash2 } from 'lucide'
import { useState } from 'preact/hooks'
import type { DeadLetterResult } from '../../../src/api/types.ts'
import { api } from '../api/index.ts'
import { Button } from '../components/button.tsx'
import { Dialog } from '../components/dialog.tsx'
import { plural } from '../components/format.ts'
import { Notice } from '../components/notice.tsx'
import { useAction } from '../state/run.ts'
import { NoteField } from './note-field.tsx'
import { Left, report } from './result.tsx'
import type { Selection } from './selection.ts'

interface DiscardDialogProps {
  readonly selection: Selection
  readonly onClose: () => void
  /** Called when all of them have left their queue. Otherwise the dialog says which stay, and why. */
  readonly onDone: () => void
}

/** Removes dead letters for good, with a note that says why. */
export const DiscardDialog = ({ selection, onClose, onDone }: DiscardDialogProps) => {
  const [note, setNote] = useState('')
  const [result, setResult] = useState<DeadLetterResult>()
  const { busy, run } = useAction()
  return (
    <Dialog
      title={`Discard ${plural(selection.count, 'dead letter')}`}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{result === undefined ? 'Cancel' : 'Close'}</Button>
          <Button
            icon={Trash2}
            kind="danger"
            busy={busy}
            disabled={note.trim() === '' || result !== undefined}
            onClick={() =>
              run(async () => {
                const answer = await api.discard({ ids: selection.ids, note: note.trim() })
                setResult(answer)
                if (!report('Discarded', answer)) return
                onDone()
                onClose()
              })
            }
          >
            Discard
          </Button>
        </>
      }
    >
      <Notice tone="warn">
        {selection.count === 1 ? 'This message is' : 'These messages are'} removed for good. The history keeps a line
        for each.
      </Notice>
      <NoteField id="discard-note" value={note} onInput={setNote} required />
      <Left result={result} />
    </Dialog>
  )
}
