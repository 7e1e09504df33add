import { revalidatePath } from 'next/cache'
import { cookies } from 'next/headers'
import { Panel } from './panel'

async function save(word) {
  'use server'
  ;(await cookies()).set('action', word)
  revalidatePath('/panel')
  return `saved ${word}`
}

export default async function Page() {
  const found = (await cookies()).get('action')
  return <Panel save={save} before={found ? found.value : 'nothing'} />
}
