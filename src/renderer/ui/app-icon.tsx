/** The icon of an app, from its bytes; the app's first letter if it has no icon. */
import { useEffect, useRef, useState } from 'react'
import parts from './parts.module.css'

interface AppIconProps {
  readonly title: string
  readonly icon: Blob | undefined
  /** Width and height in CSS pixels. */
  readonly size?: number
}

/** Drawn on a canvas: the page's policy allows images only from its own host, and these bytes have no URL. */
export function AppIcon({ title, icon, size = 40 }: AppIconProps) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const [drawn, setDrawn] = useState<Blob>()
  const pixels = size * 2
  useEffect(() => {
    if (!icon) return
    let gone = false
    void createImageBitmap(icon, { resizeWidth: pixels, resizeHeight: pixels, resizeQuality: 'high' }).then(
      bitmap => {
        if (!gone) {
          const context = canvas.current?.getContext('2d')
          context?.clearRect(0, 0, pixels, pixels)
          context?.drawImage(bitmap, 0, 0)
          setDrawn(icon)
        }
        bitmap.close()
      },
      // Bytes that are not an image are treated like a missing icon.
      () => undefined
    )
    return () => {
      gone = true
    }
  }, [icon, pixels])
  const shown = icon !== undefined && drawn === icon
  return (
    <span
      className={parts.appIcon}
      style={{ width: size, height: size }}
      data-letter={!shown || undefined}
      aria-hidden="true"
    >
      <canvas ref={canvas} width={pixels} height={pixels} hidden={!shown} />
      {shown ? null : ([...title.trim()][0]?.toLocaleUpperCase() ?? '?')}
    </span>
  )
}
