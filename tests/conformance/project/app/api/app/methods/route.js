function answer(request) {
  return Response.json({ method: request.method })
}

export const GET = answer
export const POST = answer
export const PUT = answer
export const PATCH = answer
export const DELETE = answer
