function shown(value) {
  return typeof value === 'string' ? value : { name: value.name, size: value.size, type: value.type }
}

const cases = {
  text: async (request) => await request.text(),
  json: async (request) => await request.json(),
  form: async (request) => [...(await request.formData())].map(([name, value]) => [name, shown(value)]),
  bytes: async (request) => [...new Uint8Array(await request.arrayBuffer())],
  blob: async (request) => {
    const value = await request.blob()
    return { size: value.size, type: value.type }
  },
  twice: async (request) => [await request.text(), await request.text()],
  twice_caught: async (request) => {
    await request.text()
    try {
      await request.json()
    } catch (error) {
      return error.name
    }
    return 'read'
  },
  used: async (request) => {
    const before = request.bodyUsed
    await request.text()
    return [before, request.bodyUsed]
  },
  json_caught: async (request) => {
    try {
      return await request.json()
    } catch {
      return 'caught'
    }
  },
  form_caught: async (request) => {
    try {
      await request.formData()
    } catch (error) {
      return error.name
    }
    return 'read'
  },
  after_failing: async (request) => {
    try {
      await request.json()
    } catch {}
    return request.bodyUsed
  },
  unread: async () => 'unread',
  is_null: async (request) => request.body === null,
  clone: async (request) => {
    const other = request.clone()
    return [await request.text(), await other.text()]
  },
  clone_read: async (request) => {
    await request.text()
    return await request.clone().text()
  },
  size: async (request) => (await request.arrayBuffer()).byteLength,
  pieces: async (request) => {
    let size = 0
    for await (const piece of request.body) size += piece.length
    return size
  },
  file_text: async (request) => await (await request.formData()).get('f').text(),
  form_twice: async (request) => (await request.formData()).getAll('a'),
}

async function answer(request) {
  return Response.json(await cases[request.nextUrl.searchParams.get('case')](request))
}

export const GET = answer
export const POST = answer
export const DELETE = answer
