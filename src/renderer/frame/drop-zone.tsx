/** Takes folders and bundles dropped anywhere in the window. */
import { Button, Progress } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import { useProjectActions } from '../lib/actions.ts'
import { useHost } from '../lib/client.ts'
import { type DropProgress, droppedEntries, droppedPaths, progressText, sendDrop } from '../lib/drop.ts'
import { plural } from '../lib/humanise.ts'
import { notifyDone, notifyError } from '../lib/notify.tsx'
import styles from './frame.module.css'

export function DropZone() {
  const { client } = useHost()
  const actions = useProjectActions()
  const [over, setOver] = useState(false)
  const [progress, setProgress] = useState<DropProgress>()
  const sending = useRef<AbortController>(undefined)

  useEffect(() => {
    async function send(entries: readonly FileSystemEntry[]) {
      const stop = new AbortController()
      sending.current = stop
      try {
        for (const entry of entries) {
          const { path, emptyFolders } = await sendDrop(client, entry, setProgress, stop.signal)
          if (emptyFolders > 0)
            notifyDone(`${plural(emptyFolders, 'empty folder')} of ${entry.name} could not be copied`)
          await actions.open(path)
        }
      } catch (error) {
        notifyError(error, 'The drop was not taken')
      }
      setProgress(undefined)
    }

    function onDrop(event: DragEvent) {
      setOver(false)
      if (!event.dataTransfer || !holdsFiles(event)) return
      event.preventDefault()
      const paths = droppedPaths(event.dataTransfer)
      if (paths) for (const path of paths) void actions.open(path)
      else void send(droppedEntries(event.dataTransfer))
    }
    const onOver = (event: DragEvent) => {
      if (!holdsFiles(event)) return
      event.preventDefault()
      setOver(true)
    }
    // The pointer left the window itself when it goes to no element.
    const onLeave = (event: DragEvent) => event.relatedTarget === null && setOver(false)
    window.addEventListener('dragover', onOver)
    window.addEventListener('dragleave', onLeave)
    window.addEventListener('drop', onDrop)
    return () => {
      window.removeEventListener('dragover', onOver)
      window.removeEventListener('dragleave', onLeave)
      window.removeEventListener('drop', onDrop)
    }
  }, [client, actions])

  if (progress) {
    return (
      <div className={styles.drop} role="status">
        <div className={styles.dropBox}>
          <strong>{progressText(progress)}</strong>
          <Progress
            w="100%"
            size="sm"
            value={(100 * progress.sent) / Math.max(1, progress.total)}
            aria-label="Copied"
          />
          <Button onClick={() => sending.current?.abort()}>Cancel</Button>
        </div>
      </div>
    )
  }
  if (!over) return null
  return (
    <div className={styles.drop} data-over="true">
      <div className={styles.dropBox}>
        <strong>Drop to open</strong>
        <span>A folder becomes the project in this window, a .qz bundle can be imported.</span>
      </div>
    </div>
  )
}

function holdsFiles(event: DragEvent): boolean {
  return event.dataTransfer?.types.includes('Files') ?? false
}
