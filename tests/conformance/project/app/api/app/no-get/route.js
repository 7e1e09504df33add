function answer(request) {
  return Response.json({ method: request.method })
}

export const HEAD = answer
export const DELETE = answer
