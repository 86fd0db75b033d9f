/** Which folders of a tree are open. */
import { useState } from 'react'

/** Their paths, and what opens or closes one. */
export function useOpenFolders(): [ReadonlySet<string>, (path: string) => void] {
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set())
  const toggle = (path: string) => {
    const next = new Set(open)
    if (!next.delete(path)) next.add(path)
    setOpen(next)
  }
  return [open, toggle]
}
