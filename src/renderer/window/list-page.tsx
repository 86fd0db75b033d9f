/** A page with one list: why it cannot be read, shapes while it is read, what to do while it is empty, or the list. */
import type { ReactNode } from 'react'
import { Scroll } from '../ui/panel.tsx'
import { RowsSkeleton } from '../ui/skeletons.tsx'
import { ErrorCard } from './error-card.tsx'
import { Page, type PageProps } from './page.tsx'

interface ListPageProps extends PageProps {
  /** All there are, whatever the filter; undefined until they are known. The tools are for a list that has some. */
  readonly all: readonly unknown[] | undefined
  /** Why they are not known, where that is so: what is known stays in sight. */
  readonly failure?: { readonly error: Error | null; readonly title: string; readonly onRetry?: () => void }
  /** In place of an empty list. */
  readonly empty: ReactNode
}

export function ListPage({ all, failure, empty, tools, children, ...page }: ListPageProps) {
  return (
    <Page {...page} tools={all?.length ? tools : undefined}>
      {all !== undefined ? (
        all.length === 0 ? (
          empty
        ) : (
          children
        )
      ) : failure?.error ? (
        <Scroll>
          <ErrorCard {...failure} />
        </Scroll>
      ) : (
        <RowsSkeleton />
      )}
    </Page>
  )
}
