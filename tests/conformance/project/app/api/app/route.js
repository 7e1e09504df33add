export function GET() {
  return new Response('index')
}
