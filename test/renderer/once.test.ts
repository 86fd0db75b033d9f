/** A double click runs an action once, and a failed or finished action can be run again. */
import { expect, test } from 'vitest'
import { once } from '../../src/renderer/actions/once.ts'

test('an action requested twice runs once, until it has ended', async () => {
  const begun: string[] = []
  let end = () => {}
  const promise = new Promise<void>(resolve => {
    end = resolve
  })
  const ask = (key: string) =>
    once(key, () => {
      begun.push(key)
      return promise
    })
  const first = ask('run a')
  await ask('run a')
  const other = ask('run b')
  expect(begun).toEqual(['run a', 'run b'])
  end()
  await Promise.all([first, other])
  await ask('run a')
  expect(begun).toEqual(['run a', 'run b', 'run a'])
})

test('a failure is reported, and the action can be requested again', async () => {
  const fail = () => once('publish a', () => Promise.reject(new Error('no')))
  await expect(fail()).rejects.toThrow('no')
  await expect(fail()).rejects.toThrow('no')
})
