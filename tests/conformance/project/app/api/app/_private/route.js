export function GET() {
  return new Response('private')
}
