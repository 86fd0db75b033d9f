/** Files of an instance: the app's folder and its volume, to view and save. */
import { Button, UnstyledButton } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { File, Folder, Link, Plug } from 'lucide-react'
import { Fragment, useEffect, useRef, useState } from 'react'
import type { Instance } from '#shared/instance.ts'
import type { FileEntry } from '#shared/instance-files.ts'
import { t } from '#shared/language.ts'
import { visibleLine } from '#shared/text.ts'
import { useHost } from '../../host/client.ts'
import { cliCommand } from '../../labels/cli-command.ts'
import { bytes } from '../../labels/humanise.ts'
import { DataGrid } from '../../ui/data-grid.tsx'
import type { Column } from '../../ui/data-grid-types.ts'
import { Actions } from '../../ui/panel.tsx'
import { RowsSkeleton } from '../../ui/skeletons.tsx'
import { Age, Bytes, Name } from '../../ui/text.tsx'
import { CliCommand } from '../../window/copy.tsx'
import { openDialog } from '../../window/dialogs.ts'
import { ErrorCard } from '../../window/error-card.tsx'
import styles from './instances.module.css'
import { type Saved, saveInstanceFile } from './save-file.ts'

const ICONS = { folder: Folder, file: File, link: Link, other: Plug } as const

const COLUMNS: readonly Column<FileEntry>[] = [
  { key: 'name', title: t`Name`, width: 'minmax(0, 1fr)', cell: entry => <EntryName entry={entry} /> },
  {
    key: 'size',
    title: t`Size`,
    width: '70px',
    align: 'end',
    cell: ({ kind, size }) => (kind === 'file' ? <Bytes value={size} /> : ''),
    compare: (a, b) => a.size - b.size
  },
  {
    key: 'modified',
    title: t`Modified`,
    width: '64px',
    align: 'end',
    from: 320,
    cell: ({ modifiedAt }) => (modifiedAt ? <Age since={modifiedAt} /> : ''),
    compare: (a, b) => (b.modifiedAt ?? '').localeCompare(a.modifiedAt ?? '')
  }
]

function EntryName({ entry: { name, kind, target } }: { entry: FileEntry }) {
  const Icon = ICONS[kind]
  const label = `${visibleLine(name)}${target === undefined ? '' : ` → ${visibleLine(target)}`}`
  return (
    <span className={styles.fileName}>
      <Icon size={14} aria-hidden />
      <Name>{kind === 'folder' ? `${label}/` : label}</Name>
    </span>
  )
}

export function FilesTab({ instance: { id }, mine }: { instance: Instance; mine: boolean }) {
  if (!mine) return <p className={styles.quiet}>{t`Only its owner sees the files of an instance.`}</p>
  return <Files key={id} id={id} />
}

function Files({ id }: { id: string }) {
  const { orpc } = useHost()
  const [folder, setFolder] = useState<readonly string[]>([])
  const [selected, setSelected] = useState<string>()
  const saving = useSaving(id)
  const path = folder.join('/')
  const listing = useQuery(
    orpc.platform.files.list.queryOptions({ input: { id, path }, staleTime: 0, gcTime: 0 })
  )
  const entry = listing.data?.entries.find(({ name }) => name === selected)
  const pathOf = ({ name }: FileEntry) => [...folder, name].join('/')

  function enter(next: readonly string[]) {
    setFolder(next)
    setSelected(undefined)
  }
  function open(it: FileEntry) {
    if (it.kind === 'folder') enter([...folder, it.name])
    if (it.kind === 'file') openDialog({ kind: 'instance-file', id, path: pathOf(it) })
  }
  const opens = entry?.kind === 'folder' || entry?.kind === 'file'
  return (
    <>
      <Way folder={folder} onGo={enter} />
      <Actions>
        <Button disabled={!entry || !opens} onClick={() => entry && open(entry)}>
          {t`Open`}
        </Button>
        <Button
          disabled={entry?.kind !== 'file' || saving.isPending}
          onClick={() => entry && saving.save(pathOf(entry))}
        >
          {t`Save`}
        </Button>
        <Button variant="subtle" loading={listing.isFetching} onClick={() => void listing.refetch()}>
          {t`Check again`}
        </Button>
      </Actions>
      {saving.saved ? (
        <p className={styles.saving} role="status">
          {t`Saving, ${bytes(saving.saved.done)} of ${bytes(saving.saved.size)}`}
          <Button size="compact-xs" onClick={saving.cancel}>
            {t`Cancel`}
          </Button>
        </p>
      ) : null}
      <ErrorCard error={saving.error} title={t`The file was not saved`} />
      <ErrorCard
        error={listing.error}
        title={t`This folder cannot be shown`}
        onRetry={() => void listing.refetch()}
      />
      {listing.data ? (
        <div className={styles.fileList}>
          <DataGrid
            label={path ? t`Files in ${visibleLine(path)}` : t`Files in this instance`}
            rows={listing.data.entries}
            columns={COLUMNS}
            idOf={({ name }) => name}
            selected={selected}
            onSelect={setSelected}
            onOpen={open}
            none={t`Nothing is in this folder.`}
          />
        </div>
      ) : listing.error ? null : (
        <RowsSkeleton rows={4} />
      )}
      {listing.data?.more ? (
        <p className={styles.quiet}>{t`There is more in this folder than is shown.`}</p>
      ) : null}
      <FileCliCommand
        id={id}
        path={entry?.kind === 'file' ? pathOf(entry) : path}
        isFile={entry?.kind === 'file'}
      />
    </>
  )
}

/** The current folder, with links to its parents. */
function Way({ folder, onGo }: { folder: readonly string[]; onGo: (folder: readonly string[]) => void }) {
  return (
    <nav className={styles.way} aria-label={t`Folder`}>
      {[t`This instance`, ...folder].map((name, depth) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a folder is identified by its depth
        <Fragment key={depth}>
          {depth > 0 ? <span aria-hidden>/</span> : null}
          {depth === folder.length ? (
            <span aria-current="page">
              <Name>{visibleLine(name)}</Name>
            </span>
          ) : (
            <UnstyledButton className={styles.back} onClick={() => onGo(folder.slice(0, depth))}>
              <Name>{visibleLine(name)}</Name>
            </UnstyledButton>
          )}
        </Fragment>
      ))}
    </nav>
  )
}

/** Shows no command for names with characters that a terminal would not show as they are. */
function FileCliCommand({ id, path, isFile }: { id: string; path: string; isFile: boolean }) {
  if (visibleLine(path) !== path) return null
  return <CliCommand command={isFile ? cliCommand.copyFile(id, path) : cliCommand.instanceFiles(id, path)} />
}

/** Saves one file at a time; closing the tab cancels it. */
function useSaving(id: string) {
  const { client } = useHost()
  const [saved, setSaved] = useState<Saved>()
  const saving = useRef<AbortController>(undefined)
  useEffect(() => () => saving.current?.abort(), [])
  const { mutate, error, isPending } = useMutation({
    async mutationFn(path: string) {
      const abort = new AbortController()
      saving.current = abort
      try {
        await saveInstanceFile(client, { id, path }, abort.signal, setSaved)
      } catch (thrown) {
        if (!abort.signal.aborted) throw thrown
      } finally {
        setSaved(undefined)
      }
    }
  })
  return { save: mutate, error, isPending, saved, cancel: () => saving.current?.abort() }
}
