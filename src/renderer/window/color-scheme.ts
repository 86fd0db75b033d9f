/** Light, dark or system colours: one choice for all windows of this user. */
import type { MantineColorScheme, MantineColorSchemeManager } from '@mantine/core'
import { z } from 'zod'
import { create } from 'zustand'
import { createJSONStorage, persist } from 'zustand/middleware'
import { preferenceStorage } from '../host/preferences.ts'

interface Theme {
  /** Absent: the default. */
  readonly scheme?: MantineColorScheme | undefined
}

const StoredTheme = z.object({ scheme: z.enum(['auto', 'light', 'dark']).optional() })
const storage = preferenceStorage('theme', () => void useTheme.persist.rehydrate())

const useTheme = create<Theme>()(
  persist((): Theme => ({}), {
    name: 'theme',
    storage: createJSONStorage(() => storage),
    merge: (stored, current) => StoredTheme.safeParse(stored).data ?? current
  })
)

export function colorSchemePreference(): MantineColorSchemeManager {
  return {
    get: fallback => useTheme.getState().scheme ?? fallback,
    set: scheme => useTheme.setState({ scheme }),
    // Needs no subscription: nothing else changes it while the window is open.
    subscribe: () => {},
    unsubscribe: () => {},
    clear: () => useTheme.setState({ scheme: undefined })
  }
}
