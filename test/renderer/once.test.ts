/** A double click asks for one thing, and what failed or ended can be asked for again. */
import { expect, test } from 'vitest'
import { once } from '../../src/renderer/actions/once.ts'

test('what is asked for twice is begun once, until it has ended', async () => {
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

test('what failed is told, and can be asked for again', async () => {
  const fail = () => once('publish a', () => Promise.reject(new Error('no')))
  await expect(fail()).rejects.toThrow('no')
  await expect(fail()).rejects.toThrow('no')
})
