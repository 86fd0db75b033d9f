/** Tracks which folders of a tree are open. */
import { useState } from 'react'

/** The paths of the open folders, and a function that opens or closes a folder. */
export function useOpenFolders(): [ReadonlySet<string>, (path: string) => void] {
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set())
  const toggle = (path: string) => {
    const next = new Set(open)
    if (!next.delete(path)) next.add(path)
    setOpen(next)
  }
  return [open, toggle]
}
