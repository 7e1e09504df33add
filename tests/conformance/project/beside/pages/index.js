import Link from 'next/link'
import { useState } from 'react'

export default function Home() {
  const [count, setCount] = useState(0)
  return (
    <main>
      <h1>Two servers</h1>
      <button id="count" onClick={() => setCount(count + 1)}>{count} times</button>
      <Link id="about" href="/about?from=home">About</Link>
    </main>
  )
}
