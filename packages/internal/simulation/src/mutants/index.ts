import { besideMutants } from './beside.ts'
import { deduplicationMutants } from './deduplication.ts'
import type { Mutant } from './mutant.ts'
import { processingMutants } from './processing.ts'
import { recordsMutants } from './records.ts'
import { responsesMutants } from './responses.ts'
import { sendingMutants } from './sending.ts'
import { signaturesMutants } from './signatures.ts'
import { targetsMutants } from './targets.ts'

export type { Defect, Mutant } from './mutant.ts'

/** Defects that are put back. The simulation must find each of them. */
export const mutants: readonly Mutant[] = [
  ...deduplicationMutants,
  ...targetsMutants,
  ...sendingMutants,
  ...processingMutants,
  ...recordsMutants,
  ...responsesMutants,
  ...besideMutants,
  ...signaturesMutants,
]
