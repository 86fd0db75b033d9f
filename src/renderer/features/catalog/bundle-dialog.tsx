/** A `.qz` that was dropped: what it is, what speaks against it, who may see it, and import. */
import { Button, Group, Modal, Radio, Stack } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { Visibility } from '#shared/app.ts'
import { hasErrors } from '#shared/finding.ts'
import { twin } from '../../lib/cli-twin.ts'
import { useHost } from '../../lib/client.ts'
import { plural } from '../../lib/humanise.ts'
import { view } from '../../lib/view.ts'
import { ErrorCard } from '../../ui/cards.tsx'
import { Twin } from '../../ui/copy.tsx'
import { Facts } from '../../ui/facts.tsx'
import { FindingList } from '../../ui/finding-list.tsx'
import { RowsSkeleton } from '../../ui/skeletons.tsx'
import { Bytes, Name } from '../../ui/text.tsx'

export function BundleDialog({ file, onClose }: { file: string; onClose: () => void }) {
  const { client, orpc } = useHost()
  const [visibility, setVisibility] = useState<Visibility>('PRIVATE')
  const listing = useQuery(
    orpc.projects.inspect.queryOptions({ input: { file }, staleTime: Number.POSITIVE_INFINITY })
  )
  const publish = useMutation({
    mutationFn: () => client.projects.publish({ path: file, visibility }),
    onSuccess: () => {
      view.go('catalog')
      onClose()
    }
  })
  const bundle = listing.data
  const app = bundle?.manifest?.App
  return (
    <Modal
      opened
      onClose={onClose}
      title={app ? `Import ${app.Title ?? app.Name} ${app.Version}` : 'Import a bundle'}
      size="lg"
    >
      <Stack gap="md">
        {listing.isPending ? <RowsSkeleton rows={4} /> : null}
        <ErrorCard error={listing.error} title="This bundle cannot be imported" />
        {bundle ? (
          <>
            <Facts
              rows={[
                ['File', <Name key="file">{file}</Name>],
                ['Name', app?.Name],
                ['Description', app?.Description],
                [
                  'Contents',
                  <span key="contents">
                    {plural(bundle.entries.length, 'entry', 'entries')}, <Bytes value={bundle.size} />
                  </span>
                ],
                [
                  'SHA-256',
                  <span key="sha" className="mono">
                    {bundle.sha256.slice(0, 32)}…
                  </span>
                ]
              ]}
            />
            <FindingList findings={bundle.findings} />
            <Radio.Group
              label="Who can see it"
              value={visibility}
              onChange={value => setVisibility(value as Visibility)}
            >
              <Group mt={6}>
                <Radio size="xs" value="PRIVATE" label="Only me" />
                <Radio size="xs" value="ALL_USERS" label="All users of this platform" />
              </Group>
            </Radio.Group>
            <Twin command={twin.importFile(file, visibility)} />
          </>
        ) : null}
        <ErrorCard error={publish.error} />
        <Group justify="flex-end">
          <Button onClick={onClose}>Cancel</Button>
          <Button
            variant="filled"
            loading={publish.isPending}
            disabled={!bundle || hasErrors(bundle.findings)}
            onClick={() => publish.mutate()}
          >
            {visibility === 'ALL_USERS' ? 'Import for all users' : 'Import'}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}
