export const dynamic = 'force-dynamic'
export const revalidate = 0
export const maxDuration = 5
export const fetchCache = 'auto'
export const preferredRegion = 'auto'
export const runtime = 'nodejs'

export function GET() {
  return new Response('settings')
}
