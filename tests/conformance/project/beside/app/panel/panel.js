'use client'

import { useState } from 'react'

export function Panel({ save, before }) {
  const [told, setTold] = useState('waiting')
  return (
    <main>
      <p id="before">{before}</p>
      <button id="save" onClick={async () => setTold(await save('clicked'))}>Save</button>
      <p id="told">{told}</p>
    </main>
  )
}
