export function GET() {
  return new Response('nested')
}
