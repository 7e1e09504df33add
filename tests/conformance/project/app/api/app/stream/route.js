const encoder = new TextEncoder()

function stream(pieces, fails) {
  return new ReadableStream({
    async pull(controller) {
      await new Promise((done) => setTimeout(done, 10))
      if (pieces.length) controller.enqueue(encoder.encode(pieces.shift()))
      else if (fails) controller.error(new Error('secret'))
      else controller.close()
    },
  })
}

const cases = {
  pieces: () => new Response(stream(['a', 'b', 'c'])),
  typed: () => new Response(stream(['data: 1\n\n']), { headers: { 'Content-Type': 'text/event-stream' } }),
  empty: () => new Response(stream([])),
  fails_midway: () => new Response(stream(['a', 'b'], true), { headers: { 'x-a': '1' } }),
  fails_first: () => new Response(stream([], true), { headers: { 'x-a': '1' } }),
  status: () => new Response(stream(['a']), { status: 404, statusText: 'Mine' }),
  read: async () => new Response(await new Response(stream(['a', 'b'])).text()),
  tee: async () => {
    const one = new Response(stream(['a', 'b']))
    const two = one.clone()
    return Response.json([await one.text(), await two.text()])
  },
}

export async function GET(request) {
  return cases[request.nextUrl.searchParams.get('case')](request)
}
