import { expect, test } from '@jest/globals'
import { accountFor } from '../src/account.ts'

const quake = (id: string, mag: number, type = 'earthquake', tsunami = 0) => ({
  id,
  mag,
  type,
  tsunami,
  net: 'ak',
  coordinates: [],
})
const events = [quake('small', 1), quake('large', 5, 'earthquake', 1), quake('blast', 3, 'explosion')]
const archive = new Map(events.map(({ id, mag, net }) => [id, { mag, net }]))
const alerts = new Map(['PAGE large', 'TSUNAMI large', 'CALIBRATED x'].map((id) => [id, { net: 'ak', kind: '' }]))

/** Everything is accounted for. */
const evidence: Parameters<typeof accountFor>[0] = {
  sent: ['1', '2', '3', '4', '5', '6'],
  outcomes: new Map([
    ['1', 'succeeded'],
    ['2', 'succeeded'],
    ['3', 'succeeded'],
    ['4', 'succeeded'],
    ['5', 'dropped'],
    ['6', 'failed'],
  ]),
  deadLetters: [{ messageId: '6' }],
  kept: ['5'],
  events,
  calibrated: ['CALIBRATED x'],
  world: { archive, alerts, calls: new Map() },
  unfinished: [],
}

test('every message ended in one way', () => {
  expect(accountFor(evidence)).toEqual({ succeeded: 4, dropped: 1, deadLettered: 1, faults: [] })
})

const without = <V>(map: ReadonlyMap<string, V>, key: string) => new Map([...map].filter(([one]) => one !== key))

test.each<[fault: string, change: Partial<typeof evidence>]>([
  ['messages that neither succeeded, nor were dropped, nor are dead letters: 1', { deadLetters: [] }],
  [
    'messages that neither succeeded, nor were dropped, nor are dead letters: 1',
    { outcomes: without(evidence.outcomes, '1') },
  ],
  ['not in archive: small 1 ak', { world: { ...evidence.world, archive: without(archive, 'small') } }],
  [
    'should not be in archive: other 1 ak',
    { world: { ...evidence.world, archive: new Map([...archive, ['other', { mag: 1, net: 'ak' }]]) } },
  ],
  ['not in alerts: TSUNAMI large', { world: { ...evidence.world, alerts: without(alerts, 'TSUNAMI large') } }],
  [
    'should not be in alerts: CALIBRATED y',
    { world: { ...evidence.world, alerts: new Map([...alerts, ['CALIBRATED y', { net: 'ak', kind: '' }]]) } },
  ],
  ['dropped, and not kept: message 5', { kept: [] }],
  ['intake holds 3 messages', { unfinished: ['intake holds 3 messages'] }],
])('a fault: %s', (fault, change) => {
  expect(accountFor({ ...evidence, ...change }).faults).toEqual([fault])
})

test('an entry that the archive has with another magnitude is missing, and one too many', () => {
  const world = { ...evidence.world, archive: new Map([...archive, ['small', { mag: 2, net: 'ak' }]]) }
  expect(accountFor({ ...evidence, world }).faults).toEqual([
    'not in archive: small 1 ak',
    'should not be in archive: small 2 ak',
  ])
})
