/** Tracks which running apps were opened from this window: after opening an app, the user can publish it. */
import { create } from 'zustand'
import { openLink } from './open-link.ts'

const LIMIT = 50

const useStore = create<{ readonly ids: readonly string[] }>(() => ({ ids: [] }))

/** Opens a running instance outside this window. */
export function openApp(instanceId: string, url: string): void {
  if (openLink(url)) markOpened(instanceId)
}

export function markOpened(instanceId: string): void {
  useStore.setState(({ ids }) => ({
    ids: [...ids.filter(id => id !== instanceId), instanceId].slice(-LIMIT)
  }))
}

/** True if any app was opened from this window. */
export function useAnyOpened(): boolean {
  return useStore(({ ids }) => ids.length > 0)
}

export function useOpened(instanceId: string | undefined): boolean {
  return useStore(({ ids }) => instanceId !== undefined && ids.includes(instanceId))
}
