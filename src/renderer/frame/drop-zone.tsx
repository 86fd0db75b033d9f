/** Accepts folders and bundles dropped anywhere in the window, and opens or publishes them. */
import { Button, Progress } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import { t } from '#shared/language.ts'
import { type ProjectActions, useProjectActions } from '../actions/project.ts'
import { useHost } from '../host/client.ts'
import { count, plural } from '../labels/humanise.ts'
import { Elapsed } from '../ui/text.tsx'
import {
  type DropProgress,
  type DropTarget,
  droppedEntries,
  droppedPaths,
  dropWay,
  progressText,
  sendDrop
} from '../window/drop.ts'
import { notifyDone, notifyError } from '../window/notify.tsx'
import styles from './frame.module.css'

/** What the user drags over the window: the number of items, and the target under the pointer. */
interface Held {
  readonly count: number
  readonly target: DropTarget
}

export function DropZone() {
  const { client } = useHost()
  const actions = useProjectActions()
  const [held, setHeld] = useState<Held>()
  const [progress, setProgress] = useState<DropProgress>()
  const sending = useRef<AbortController>(undefined)

  useEffect(() => {
    async function send(entries: readonly FileSystemEntry[], target: DropTarget) {
      const stop = new AbortController()
      sending.current = stop
      const paths: string[] = []
      try {
        for (const entry of entries) {
          const { path, emptyFolders } = await sendDrop(client, entry, setProgress, stop.signal)
          if (emptyFolders > 0)
            notifyDone(
              emptyFolders === 1
                ? t`1 empty folder of ${entry.name} could not be copied`
                : t`${count(emptyFolders)} empty folders of ${entry.name} could not be copied`
            )
          paths.push(path)
        }
      } catch (error) {
        notifyError(error, t`The drop was not taken`)
      }
      setProgress(undefined)
      take(actions, paths, target)
    }

    function onDrop(event: DragEvent) {
      setHeld(undefined)
      if (!event.dataTransfer || !holdsFiles(event)) return
      event.preventDefault()
      const target = targetOf(event)
      const paths = droppedPaths(event.dataTransfer)
      if (paths) void paths.then(known => take(actions, known, target))
      else void send(droppedEntries(event.dataTransfer), target)
    }
    const onOver = (event: DragEvent) => {
      if (!holdsFiles(event)) return
      event.preventDefault()
      const count = event.dataTransfer?.items.length ?? 1
      const target = targetOf(event)
      setHeld(before => (before?.count === count && before.target === target ? before : { count, target }))
    }
    // Without a related target, the pointer left the window.
    const onLeave = (event: DragEvent) => event.relatedTarget === null && setHeld(undefined)
    // Handle `dragenter` too: otherwise a drop just as the pointer enters an element, such as a target, is refused.
    window.addEventListener('dragenter', onOver)
    window.addEventListener('dragover', onOver)
    window.addEventListener('dragleave', onLeave)
    window.addEventListener('drop', onDrop)
    return () => {
      window.removeEventListener('dragenter', onOver)
      window.removeEventListener('dragover', onOver)
      window.removeEventListener('dragleave', onLeave)
      window.removeEventListener('drop', onDrop)
    }
  }, [client, actions])

  if (progress) return <Copying progress={progress} onCancel={() => sending.current?.abort()} />
  return held ? <Targets held={held} /> : null
}

function take(actions: ProjectActions, paths: readonly string[], target: DropTarget) {
  const [first] = paths
  if (first === undefined) return
  if (dropWay(paths, target) === 'publish') void actions.openPublish(paths)
  else void actions.open(first)
}

/** A drop on the right third of the window publishes. */
function targetOf(event: DragEvent): DropTarget {
  return event.clientX > (window.innerWidth * 2) / 3 ? 'publish' : 'open'
}

function Copying({ progress, onCancel }: { progress: DropProgress; onCancel: () => void }) {
  const [begun] = useState(() => new Date().toISOString())
  return (
    <div className={styles.drop} role="status">
      <div className={styles.dropBox}>
        <strong>{progressText(progress)}</strong>
        <Elapsed from={begun} />
        <Progress
          w="100%"
          size="sm"
          value={(100 * progress.sent) / Math.max(1, progress.total)}
          aria-label={t`Copied`}
        />
        <Button onClick={onCancel}>{t`Cancel`}</Button>
      </div>
    </div>
  )
}

function Targets({ held: { count, target } }: { held: Held }) {
  if (count > 1) {
    return (
      <div className={styles.drop} data-over="true">
        <div className={styles.dropTarget} data-aimed="true">
          <strong>{t`Publish ${plural(count, 'app')}`}</strong>
          <span>{t`You see what they are before anything is published.`}</span>
        </div>
      </div>
    )
  }
  return (
    <div className={styles.drop} data-over="true">
      <div className={styles.dropTarget} data-wide="true" data-aimed={target === 'open'}>
        <strong>{t`Open`}</strong>
        <span>
          {window.q8s
            ? t`A folder becomes the project in this window. A bundle is shown and can be published.`
            : t`A copy of the folder becomes the project in this window. A bundle is shown and can be published.`}
        </span>
      </div>
      <div className={styles.dropTarget} data-aimed={target === 'publish'}>
        <strong>{t`Publish`}</strong>
        <span>{t`You see what it is before anything is published.`}</span>
      </div>
    </div>
  )
}

function holdsFiles(event: DragEvent): boolean {
  return event.dataTransfer?.types.includes('Files') ?? false
}
