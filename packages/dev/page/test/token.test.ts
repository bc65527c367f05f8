import { expect, test } from '@jest/globals'
import { takeToken } from '../src/api/token.ts'

const open = (address: string, stored?: string) => {
  const { search, hash, pathname } = new URL(address)
  const values = new Map(stored === undefined ? [] : [['lpipe-token', stored]])
  let shown = address
  const token = takeToken(
    { search, hash, pathname } as Location,
    { replaceState: (_: unknown, __: string, url: string) => (shown = url) } as unknown as History,
    {
      getItem: (key: string) => values.get(key) ?? null,
      setItem: (key: string, value: string) => values.set(key, value),
    } as unknown as Storage,
  )
  return { token, shown, stored: values.get('lpipe-token') }
}

test('it moves from the hash to the storage', () => {
  expect(open('http://127.0.0.1:4400/#token=abc')).toEqual({ token: 'abc', shown: '/', stored: 'abc' })
})

test('it moves from the query, and the view stays', () => {
  expect(open('http://127.0.0.1:4400/?token=abc#/messages')).toEqual({
    token: 'abc',
    shown: '/#/messages',
    stored: 'abc',
  })
})

test('a new one takes the place of the old one', () => {
  expect(open('http://127.0.0.1:4400/#token=new', 'old').stored).toBe('new')
})

test('it is kept for the next visit', () => {
  expect(open('http://127.0.0.1:4400/#/send', 'abc').token).toBe('abc')
  expect(open('http://127.0.0.1:4400/').token).toBe('')
})
