/** A small event source: `emit` calls listeners synchronously, and `next` waits for the next event. */

export interface Emitter<T> {
  emit(value: T): void
  /** Returns the function that stops listening. */
  listen(listener: (value: T) => void): () => void
  /** Resolves with the next value; rejects with the signal's reason when it aborts. */
  next(signal?: AbortSignal): Promise<T>
}

export function createEmitter<T>(): Emitter<T> {
  const listeners = new Set<(value: T) => void>()
  function listen(listener: (value: T) => void) {
    listeners.add(listener)
    return () => {
      listeners.delete(listener)
    }
  }
  return {
    emit(value) {
      for (const listener of [...listeners]) listener(value)
    },
    listen,
    next: signal =>
      new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(signal.reason)
        const stop = listen(value => {
          stop()
          signal?.removeEventListener('abort', aborted)
          resolve(value)
        })
        const aborted = () => {
          stop()
          reject(signal?.reason)
        }
        signal?.addEventListener('abort', aborted, { once: true })
      })
  }
}
