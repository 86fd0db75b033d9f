/** Lists drawn in turns: a bounded number in a frame, in fair order, and none that withdrew its request. */
import { expect, test } from 'vitest'
import { createTurns, isPictureDue } from '../../src/renderer/features/logs/turns.ts'

function makeFrames(most: number) {
  const frames: ((now: number) => void)[] = []
  const turns = createTurns(most, run => frames.push(run))
  const drawn: string[] = []
  return {
    turns,
    drawn,
    drawer: (name: string) => () => void drawn.push(name),
    /** Draws the next frame; returns whether one was requested. */
    frame: () => frames.shift()?.(0)
  }
}

test('at most the allowed number is drawn in a frame, the others in the next ones', () => {
  const { turns, drawn, drawer, frame } = makeFrames(2)
  for (const name of ['a', 'b', 'c', 'd', 'e']) turns.ask(drawer(name))
  frame()
  expect(drawn).toEqual(['a', 'b'])
  frame()
  frame()
  expect(drawn).toEqual(['a', 'b', 'c', 'd', 'e'])
  frame()
  expect(drawn).toHaveLength(5)
})

test('a list that requests a drawing each time takes turns with the others', () => {
  const { turns, drawn, drawer, frame } = makeFrames(1)
  const busy = () => {
    drawn.push('busy')
    turns.ask(busy)
  }
  turns.ask(busy)
  turns.ask(busy)
  turns.ask(drawer('calm'))
  for (let count = 0; count < 4; count++) frame()
  expect(drawn).toEqual(['busy', 'calm', 'busy', 'busy'])
})

test('a list that withdraws its request is not drawn', () => {
  const { turns, drawn, drawer, frame } = makeFrames(2)
  const takeBack = turns.ask(drawer('gone'))
  turns.ask(drawer('there'))
  takeBack()
  frame()
  expect(drawn).toEqual(['there'])
})

test('a flood is drawn a few times a second, after the key that was just pressed', () => {
  expect(isPictureDue(1_000, 980, 0)).toBe(false)
  expect(isPictureDue(1_000, 900, 0)).toBe(true)
  expect(isPictureDue(1_000, 900, 980)).toBe(false)
  expect(isPictureDue(1_000, 900, 930)).toBe(true)
})

test('continuous key presses do not stop a flood from being drawn', () => {
  expect(isPictureDue(1_000, 490, 990)).toBe(true)
})
