import type { Command } from 'commander'
import { addDeadDiscard } from './dead-discard.ts'
import { addDeadDryRun } from './dead-dry-run.ts'
import { addDeadList } from './dead-list.ts'
import { addDeadRedrive } from './dead-redrive.ts'
import { addDeadShow } from './dead-show.ts'

/** Adds `lpipe dead`. */
export const addDead = (program: Command): void => {
  const dead = program
    .command('dead')
    .description('find, read, try, send back and delete dead letters, those of SQS and those of lpipe')
  for (const add of [addDeadList, addDeadShow, addDeadDryRun, addDeadRedrive, addDeadDiscard]) add(dead)
}
